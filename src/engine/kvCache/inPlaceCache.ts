import { type EngineTensor, type Session } from '../runtime';
import { allocate, cacheTensor, copyRows, numbersOf, roundCapacity } from './cacheTensors';
import { bytesPerToken, type CacheLayout, type KeyValueCache, type Step } from './keyValueCache';

/** For graphs whose attention writes new rows into the buffer it reads (GroupQueryAttention): one buffer per slot is both past
 * and present, so a run costs nothing but itself and truncating is a number. Accepted only after a comparison at load. */
export class InPlaceCache implements KeyValueCache {
	readonly truncatesFreely = true;
	private buffers: readonly EngineTensor[];
	/** Objects that serve every run: at each token only what differs is put in. */
	private results: Record<string, EngineTensor | null> = {};
	private feeds: Record<string, EngineTensor> = {};
	private capacity = 0;
	private held = 0;

	constructor(
		private readonly session: Session,
		private readonly layout: CacheLayout & { readonly stopOutput: string },
	) {
		this.buffers = [];
	}

	get length(): number {
		return this.held;
	}

	get bytes(): number {
		return this.capacity * bytesPerToken(this.layout);
	}

	async run({ session = this.session, feeds, count, makeLogits }: Step): Promise<EngineTensor> {
		this.reserve(this.held + count);
		const logits = makeLogits();
		this.results[this.layout.logits] = logits;
		// What only another form reads must not stay.
		const all = session === this.session ? Object.assign(this.feeds, feeds) : { ...this.feeds, ...feeds };
		await session.runInPlace(all, this.results);
		this.held += count;
		return logits;
	}

	truncate(length: number): void {
		this.held = Math.min(this.held, length);
	}

	copy(length: number): InPlaceCache {
		const copy = new InPlaceCache(this.session, this.layout);
		copy.adopt(this, length);
		return copy;
	}

	private reserve(tokens: number): void {
		if (tokens > this.capacity) this.adopt(this, this.held, tokens);
	}

	private adopt(source: InPlaceCache, length: number, atLeast = length): void {
		const { slots } = this.layout;
		const capacity = roundCapacity(atLeast, this.layout.contextTokens);
		const buffers = slots.map((slot, index) => {
			const numbers = allocate(this.layout, slot.heads * slot.headSize * capacity);
			const old = source.buffers[index];
			if (old) copyRows(numbersOf(old), numbers, { slot, tokens: length, from: source.capacity, to: capacity });
			return cacheTensor(this.layout, slot, numbers, capacity);
		});
		this.buffers = buffers;
		this.feeds = Object.fromEntries(slots.map((slot, index) => [slot.past, buffers[index]!]));
		this.results = Object.fromEntries(slots.map((slot, index) => [slot.present, buffers[index]!]));
		this.results[this.layout.stopOutput] = null;
		this.capacity = capacity;
		this.held = length;
	}
}
