import { type KeyValueCache } from './kvCache';

/** A cache and the tokens it holds; while `busy` it belongs to one answer. */
export interface Sequence {
	/** Always as long as the cache. */
	readonly tokens: number[];
	readonly cache: KeyValueCache;
}

interface Held extends Sequence {
	busy: boolean;
	usedAt: number;
}

/** The part of another sequence that is not kept may be this long before a copy is worth its time. */
const smallLoss = 64;

/** Keeps the caches of recent sequences, so that a request that begins like an earlier one computes only what is new. Least
 * recently used ones are dropped when all together pass the budget. */
export class CacheStore {
	private held: Held[] = [];
	private uses = 0;

	constructor(
		private readonly createCache: () => KeyValueCache,
		private readonly budgetBytes: number,
	) {}

	/** Memory of all caches, in bytes. */
	get bytes(): number {
		return this.held.reduce((sum, { cache }) => sum + cache.bytes, 0);
	}

	get count(): number {
		return this.held.length;
	}

	/** A sequence for these tokens, holding as many of them as any cache has but never the last, whose logits are needed. */
	take(ids: readonly number[]): Sequence {
		const { best, shared } = this.longestCommonPrefix(ids);
		const sequence = best && shared > 0 ? this.reuse(best, shared) : { tokens: [], cache: this.createCache() };
		const held: Held = { ...sequence, busy: true, usedAt: ++this.uses };
		this.held = [...this.held.filter(one => one.cache !== held.cache), held];
		return held;
	}

	/** Ends the use of a sequence; it stays for later requests while the budget allows. */
	giveBack(sequence: Sequence): void {
		const held = this.held.find(one => one.cache === sequence.cache);
		if (held) {
			held.busy = false;
			held.usedAt = ++this.uses;
		}
		this.trim();
	}

	/** Drops least recently used caches that no answer needs until the rest fits the budget. Call it after caches grew. */
	trim(): void {
		const free = this.held.filter(one => !one.busy).sort((one, other) => one.usedAt - other.usedAt);
		for (const oldest of free) {
			if (this.bytes <= this.budgetBytes) return;
			this.held = this.held.filter(one => one !== oldest);
		}
	}

	/** Forgets everything no answer needs, for when memory ran out. */
	clear(): void {
		this.held = this.held.filter(one => one.busy);
	}

	private longestCommonPrefix(ids: readonly number[]): { best: Held | undefined; shared: number } {
		let best: Held | undefined;
		let shared = 0;
		for (const one of this.held) {
			const length = commonPrefix(one.tokens, ids, ids.length - 1);
			// Among equals a free one can be used as it is, and the shorter loses less by it.
			const better =
				length > shared ||
				(length === shared && best && !one.busy && (best.busy || one.tokens.length < best.tokens.length));
			if (better) [best, shared] = [one, length];
		}
		return { best, shared };
	}

	/** Takes the cache over when little of it is lost, as while typing; copies the common part when it is worth keeping, as with
	 * the fixed beginning of a task. */
	private reuse(source: Held, shared: number): Sequence {
		const lost = source.tokens.length - shared;
		const mayCopy = this.bytes + (source.cache.bytes * shared) / Math.max(1, source.tokens.length) <= this.budgetBytes;
		if (source.busy || (lost > smallLoss && lost > shared && mayCopy))
			return { tokens: source.tokens.slice(0, shared), cache: source.cache.copy(shared) };
		source.cache.truncate(shared);
		source.tokens.length = shared;
		return source;
	}
}

function commonPrefix(one: readonly number[], other: readonly number[], most: number): number {
	const end = Math.min(one.length, other.length, most);
	let length = 0;
	while (length < end && one[length] === other[length]) length++;
	return length;
}
