import { type EngineTensor, type Session } from '../runtime';

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
	/** Another form of the cache's graph, with the same cache. */
	readonly session?: Session | undefined;
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
	/** Told before that many tokens are added in several runs, so that there is room for all of them at once. */
	expect?(tokens: number): void;
	/** Forgets all tokens from `length` on. */
	truncate(length: number): void;
	/** A copy of the first `length` tokens. */
	copy(length: number): KeyValueCache;
	/** Gives back at once what the garbage collector does not see, which is memory of a device, and leaves buffers to the next cache.
	 * It cannot be used afterwards. */
	dispose?(): void;
}

/** Memory that one token takes in a cache. */
export function bytesPerToken({ type, slots }: CacheLayout): number {
	const numbers = slots.reduce((sum, slot) => sum + slot.heads * slot.headSize, 0);
	return numbers * (type === 'float16' ? 2 : 4);
}
