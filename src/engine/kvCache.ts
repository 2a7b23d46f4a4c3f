import { tensor, type EngineTensor, type Session } from './runtime';

/** One layer's keys or values: shape [1, heads, tokens, headSize], read as `past` and written as `present`. */
export interface CacheSlot {
	readonly past: string;
	readonly present: string;
	readonly heads: number;
	readonly headSize: number;
	/** One tensor holds keys and values, as in GPT-2's own layout: [2, 1, heads / 2, tokens, headSize]. */
	readonly isCombined?: boolean;
}

export interface CacheLayout {
	readonly type: 'float32' | 'float16';
	readonly slots: readonly CacheSlot[];
	readonly logits: string;
	/** Most tokens that a sequence can have, where that is known. */
	readonly contextTokens?: number | undefined;
	/** First output of the graph when it is no tensor, which lets `InPlaceCache` avoid all copies. */
	readonly stopOutput: string | undefined;
}

/** One run of a graph: everything it reads but the cache. */
export interface Step {
	readonly feeds: Readonly<Record<string, EngineTensor>>;
	/** Tokens this run adds. */
	readonly count: number;
	/** Somewhere to put the logits, for caches that need it. */
	readonly makeLogits: () => EngineTensor;
}

/** The keys and values of one sequence of tokens. */
export interface KeyValueCache {
	/** Tokens held. */
	readonly length: number;
	/** Memory held, in bytes. */
	readonly bytes: number;
	/** Whether `truncate` copies nothing. */
	readonly truncatesFreely: boolean;
	/** Runs the graph behind this cache, appends what it computed and returns the logits. Unchanged when the run fails. */
	run(step: Step): Promise<EngineTensor>;
	/** Forgets all tokens from `length` on. */
	truncate(length: number): void;
	/** A copy of the first `length` tokens. */
	copy(length: number): KeyValueCache;
}

type Numbers = Float32Array | Uint16Array;

/** The ordinary way, for every graph: what came out as `present` goes in as `past`. Costs a copy of everything per run. */
export class GrowingCache implements KeyValueCache {
	readonly truncatesFreely = false;
	private past: Readonly<Record<string, EngineTensor>>;
	private held = 0;

	constructor(
		private readonly session: Session,
		private readonly layout: CacheLayout,
	) {
		this.past = emptyPast(layout, layout.slots);
	}

	get length(): number {
		return this.held;
	}

	get bytes(): number {
		return this.held * bytesPerToken(this.layout);
	}

	async run({ feeds, count }: Omit<Step, 'makeLogits'>): Promise<EngineTensor> {
		const { slots, logits } = this.layout;
		const results = await this.session.run({ ...feeds, ...this.past }, [logits, ...slots.map(slot => slot.present)]);
		this.fill(results, this.held + count);
		return results[logits]!;
	}

	/** Takes over what another graph of the same model computed for all of its `length` tokens. */
	fill(results: Readonly<Record<string, EngineTensor>>, length: number): void {
		this.past = Object.fromEntries(this.layout.slots.map(slot => [slot.past, results[slot.present]!]));
		this.held = length;
	}

	truncate(length: number): void {
		if (length >= this.held) return;
		this.past = this.slice(length);
		this.held = length;
	}

	copy(length: number): GrowingCache {
		const copy = new GrowingCache(this.session, this.layout);
		copy.past = this.slice(length);
		copy.held = length;
		return copy;
	}

	private slice(length: number): Readonly<Record<string, EngineTensor>> {
		return Object.fromEntries(
			this.layout.slots.map(slot => {
				const numbers = allocate(this.layout, slot.heads * slot.headSize * length);
				copyRows(numbersOf(this.past[slot.past]!), numbers, { slot, tokens: length, from: this.held, to: length });
				return [slot.past, cacheTensor(this.layout, slot, numbers, length)];
			}),
		);
	}
}

/** For graphs whose attention writes new rows into the buffer it reads (GroupQueryAttention): one buffer per slot is both past
 * and present, so a run costs nothing but itself and truncating is a number. Accepted only after a comparison at load. */
export class InPlaceCache implements KeyValueCache {
	readonly truncatesFreely = true;
	private buffers: readonly EngineTensor[];
	private results: Readonly<Record<string, EngineTensor>> = {};
	private past: Readonly<Record<string, EngineTensor>> = {};
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

	async run({ feeds, count, makeLogits }: Step): Promise<EngineTensor> {
		this.reserve(this.held + count);
		const logits = makeLogits();
		const results = { ...this.results, [this.layout.logits]: logits };
		await this.session.runInPlace({ ...feeds, ...this.past }, results, this.layout.stopOutput);
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
		this.past = Object.fromEntries(slots.map((slot, index) => [slot.past, buffers[index]!]));
		this.results = Object.fromEntries(slots.map((slot, index) => [slot.present, buffers[index]!]));
		this.capacity = capacity;
		this.held = length;
	}
}

/** Half as much again, in steps of 128 tokens, but not beyond the context: growing to a long one copies little, and a short one
 * wastes little. */
const roundCapacity = (tokens: number, contextTokens = Infinity): number =>
	Math.ceil(Math.max(tokens, Math.min(tokens * 1.5, contextTokens)) / 128) * 128;

/** Memory that one token takes in a cache. */
export function bytesPerToken({ type, slots }: CacheLayout): number {
	const numbers = slots.reduce((sum, slot) => sum + slot.heads * slot.headSize, 0);
	return numbers * (type === 'float16' ? 2 : 4);
}

/** Caches of no tokens. */
export function emptyPast(
	layout: Pick<CacheLayout, 'type'>,
	slots: readonly CacheSlot[],
): Readonly<Record<string, EngineTensor>> {
	return Object.fromEntries(slots.map(slot => [slot.past, cacheTensor(layout, slot, allocate(layout, 0), 0)]));
}

const allocate = ({ type }: Pick<CacheLayout, 'type'>, length: number): Numbers =>
	type === 'float16' ? new Uint16Array(length) : new Float32Array(length);

function cacheTensor(
	{ type }: Pick<CacheLayout, 'type'>,
	{ heads, headSize, isCombined }: CacheSlot,
	numbers: Numbers,
	tokens: number,
): EngineTensor {
	return tensor(type, numbers, isCombined ? [2, 1, heads / 2, tokens, headSize] : [1, heads, tokens, headSize]);
}

/** Half floats as their bits: newer Node versions would give them as numbers, which nothing here needs. */
function numbersOf({ data }: EngineTensor): Numbers {
	if (data instanceof Float32Array || data instanceof Uint16Array) return data;
	if (!ArrayBuffer.isView(data)) throw new Error('a cache tensor holds no numbers');
	return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
}

/** Copies the first `tokens` rows of every head between buffers with room for `from` and `to` tokens a head. */
function copyRows(
	source: Numbers,
	target: Numbers,
	{
		slot,
		tokens,
		from,
		to,
	}: { readonly slot: CacheSlot; readonly tokens: number; readonly from: number; readonly to: number },
): void {
	for (let head = 0; head < slot.heads; head++) {
		const start = head * from * slot.headSize;
		target.set(source.subarray(start, start + tokens * slot.headSize), head * to * slot.headSize);
	}
}
