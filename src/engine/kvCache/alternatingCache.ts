import { type EngineTensor, type Session } from '../runtime';
import { allocate, cacheTensor, copyRows, roundCapacity, type Numbers } from './cacheTensors';
import { bytesPerToken, type CacheLayout, type CacheSlot, type KeyValueCache, type Step } from './keyValueCache';

/**
 * For graphs that write their whole cache anew in every run: two sets of buffers take turns as past and present, so that nothing
 * is allocated, and nothing copied but by the graph itself. Accepted only after a comparison at load.
 */
export class AlternatingCache implements KeyValueCache {
	readonly truncatesFreely = false;
	/** By slot: [heads, held, headSize] numbers at the start of each. */
	private past: readonly Numbers[] = [];
	private present: readonly Numbers[] = [];
	private capacity = 0;
	private held = 0;

	constructor(
		private readonly session: Session,
		private readonly layout: CacheLayout & { readonly stopOutput: string },
	) {}

	get length(): number {
		return this.held;
	}

	get bytes(): number {
		return 2 * this.capacity * bytesPerToken(this.layout);
	}

	async run({ session = this.session, feeds, count, makeLogits }: Step): Promise<EngineTensor> {
		this.reserve(this.held + count);
		const logits = makeLogits();
		const past = this.tensors(this.past, this.held, slot => slot.past);
		const present = this.tensors(this.present, this.held + count, slot => slot.present);
		const results = { ...present, [this.layout.logits]: logits, [this.layout.stopOutput]: null };
		await session.runInPlace({ ...feeds, ...past }, results);
		[this.past, this.present] = [this.present, this.past];
		this.held += count;
		return logits;
	}

	truncate(length: number): void {
		if (length >= this.held) return;
		// Each head's rows move towards the start, behind those that moved before them.
		this.layout.slots.forEach((slot, index) => {
			const numbers = this.past[index]!;
			copyRows(numbers, numbers, { slot, tokens: length, from: this.held, to: length });
		});
		this.held = length;
	}

	copy(length: number): AlternatingCache {
		const copy = new AlternatingCache(this.session, this.layout);
		copy.reserve(length);
		this.layout.slots.forEach((slot, index) =>
			copyRows(this.past[index]!, copy.past[index]!, { slot, tokens: length, from: this.held, to: length }),
		);
		copy.held = length;
		return copy;
	}

	private reserve(tokens: number): void {
		if (tokens <= this.capacity && this.capacity > 0) return;
		this.capacity = roundCapacity(tokens, this.layout.contextTokens);
		const old = this.past;
		this.past = this.buffers();
		this.present = this.buffers();
		this.layout.slots.forEach((slot, index) => {
			const held = old[index]?.subarray(0, this.held * slot.heads * slot.headSize);
			if (held) this.past[index]!.set(held);
		});
	}

	private buffers(): readonly Numbers[] {
		return this.layout.slots.map(slot => allocate(this.layout, slot.heads * slot.headSize * this.capacity));
	}

	private tensors(
		buffers: readonly Numbers[],
		tokens: number,
		nameOf: (slot: CacheSlot) => string,
	): Readonly<Record<string, EngineTensor>> {
		const { layout } = this;
		return Object.fromEntries(
			layout.slots.map((slot, index) => {
				const numbers = buffers[index]!.subarray(0, slot.heads * slot.headSize * tokens);
				return [nameOf(slot), cacheTensor(layout, slot, numbers, tokens)];
			}),
		);
	}
}
