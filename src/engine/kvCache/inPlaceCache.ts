import { type EngineTensor, type Session } from '../runtime';
import { allocate, cacheTensor, copyRows, roundCapacity, type Numbers } from './cacheTensors';
import { bytesPerToken, type CacheLayout, type KeyValueCache, type Step } from './keyValueCache';
import { type CacheBuffers, type SpareBuffers } from './spareBuffers';

/** For graphs whose attention writes new rows into the buffer it reads (GroupQueryAttention): one buffer per slot is both past
 * and present, so a run costs nothing but itself and truncating is a number. Accepted only after a comparison at load. */
export class InPlaceCache implements KeyValueCache {
	readonly truncatesFreely = true;
	private buffers: readonly Numbers[] = [];
	/** Objects that serve every run: at each token only what differs is put in. */
	private results: Record<string, EngineTensor | null> = {};
	private feeds: Record<string, EngineTensor> = {};
	private capacity = 0;
	private held = 0;

	constructor(
		private readonly session: Session,
		private readonly layout: CacheLayout & { readonly stopOutput: string },
		/** Shared by all caches of this layout. */
		private readonly spares: SpareBuffers,
	) {}

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

	expect(tokens: number): void {
		this.reserve(this.held + tokens);
	}

	truncate(length: number): void {
		this.held = Math.min(this.held, length);
	}

	copy(length: number): InPlaceCache {
		const copy = new InPlaceCache(this.session, this.layout, this.spares);
		copy.reserve(length);
		copy.fill({ buffers: this.buffers, capacity: this.capacity }, length);
		return copy;
	}

	/** It is empty afterwards. */
	dispose(): void {
		if (this.capacity > 0) this.spares.put({ buffers: this.buffers, capacity: this.capacity });
		[this.buffers, this.capacity, this.held] = [[], 0, 0];
	}

	private reserve(tokens: number): void {
		if (tokens <= this.capacity) return;
		const { buffers, capacity, held } = this;
		this.use(this.spares.take(tokens) ?? this.allocate(tokens));
		this.fill({ buffers, capacity }, held);
	}

	private allocate(tokens: number): CacheBuffers {
		const capacity = roundCapacity(tokens, this.layout.contextTokens);
		return {
			capacity,
			buffers: this.layout.slots.map(slot => allocate(this.layout, slot.heads * slot.headSize * capacity)),
		};
	}

	private use({ capacity, buffers }: CacheBuffers): void {
		const { slots } = this.layout;
		const tensors = slots.map((slot, index) => cacheTensor(this.layout, slot, buffers[index]!, capacity));
		this.feeds = Object.fromEntries(slots.map((slot, index) => [slot.past, tensors[index]!]));
		this.results = Object.fromEntries(slots.map((slot, index) => [slot.present, tensors[index]!]));
		this.results[this.layout.stopOutput] = null;
		[this.buffers, this.capacity] = [buffers, capacity];
	}

	/** Copies the first `length` tokens of other buffers, which may be as empty as these. */
	private fill({ buffers, capacity }: CacheBuffers, length: number): void {
		this.held = length;
		if (length === 0) return;
		this.layout.slots.forEach((slot, index) =>
			copyRows(buffers[index]!, this.buffers[index]!, { slot, tokens: length, from: capacity, to: this.capacity }),
		);
	}
}
