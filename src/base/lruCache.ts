/** A map bounded by entry count and age that drops the least recently used entry first. Times are in milliseconds. */
export class LruCache<K, V> {
	private readonly entries = new Map<K, { readonly value: V; readonly storedAt: number }>();

	constructor(
		private readonly limits: { readonly maxEntries: number; readonly maxAgeMs: number },
		private readonly now: () => number,
	) {}

	get size(): number {
		return this.entries.size;
	}

	get(key: K): V | undefined {
		const entry = this.entries.get(key);
		if (!entry) return undefined;
		this.entries.delete(key);
		if (this.now() - entry.storedAt > this.limits.maxAgeMs) return undefined;
		this.entries.set(key, entry);
		return entry.value;
	}

	set(key: K, value: V): void {
		this.entries.delete(key);
		this.entries.set(key, { value, storedAt: this.now() });
		if (this.entries.size > this.limits.maxEntries) {
			const [oldest] = this.entries.keys();
			if (oldest !== undefined) this.entries.delete(oldest);
		}
	}

	delete(key: K): boolean {
		return this.entries.delete(key);
	}

	clear(): void {
		this.entries.clear();
	}
}
