import { type EngineTensor, type Session } from '../runtime';
import { emptyPast } from './cacheTensors';
import { bytesPerToken, type CacheLayout, type KeyValueCache, type Step } from './keyValueCache';

/**
 * For devices with a memory of their own, and graphs whose attention (GroupQueryAttention) reads as much of a cache as the mask says:
 * what a run computed stays on the device and is fed to the next. Each run makes new tensors and leaves the old ones as they
 * were, so that copies share them and truncating is a number.
 */
export class DeviceCache implements KeyValueCache {
	readonly truncatesFreely = true;
	private past: SharedTensors;
	private held = 0;
	/** Of the tensors; more than are held after a truncation. */
	private rows = 0;

	constructor(
		private readonly session: Session,
		private readonly layout: CacheLayout,
	) {
		this.past = new SharedTensors(emptyPast(layout, layout.slots));
	}

	get length(): number {
		return this.held;
	}

	get bytes(): number {
		return this.rows * bytesPerToken(this.layout);
	}

	async run({ session = this.session, feeds, count }: Omit<Step, 'makeLogits'>): Promise<EngineTensor> {
		const { slots, logits } = this.layout;
		const outputs = [logits, ...slots.map(({ present }) => present)];
		const results = await session.run({ ...feeds, ...this.past.feeds }, outputs);
		this.past.release();
		this.past = new SharedTensors(Object.fromEntries(slots.map(({ past, present }) => [past, results[present]!])));
		this.held += count;
		this.rows = Math.max(this.rows, this.held);
		return results[logits]!;
	}

	truncate(length: number): void {
		this.held = Math.min(this.held, length);
	}

	copy(length: number): DeviceCache {
		const copy = new DeviceCache(this.session, this.layout);
		copy.past = this.past.share();
		copy.held = length;
		copy.rows = this.rows;
		return copy;
	}

	dispose(): void {
		this.past.release();
	}
}

/** The tensors of one run, which go back to the device when the last cache that reads them is done with them. */
class SharedTensors {
	private users = 1;

	constructor(readonly feeds: Readonly<Record<string, EngineTensor>>) {}

	share(): this {
		this.users++;
		return this;
	}

	release(): void {
		if (--this.users > 0) return;
		for (const one of Object.values(this.feeds)) if (one.location === 'gpu-buffer') one.dispose?.();
	}
}
