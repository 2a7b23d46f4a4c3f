/** What a prompt becomes for one model: what is read as a whole, and what is fed before the first token is chosen. */
export interface DecodingPlan {
	/** Ids the encoder reads in one run; empty for families without an encoder. */
	readonly source: readonly number[];
	/** Ids the decoder is fed first; never empty. The prompt itself, or for encoder-decoders the start token and whatever the
	 * model forces as the beginning of every answer. */
	readonly ids: readonly number[];
	/** So many leading `ids` see each other and must be computed in one run (prefix-LM); 0 where an id sees only those before. */
	readonly together: number;
}

/**
 * One sequence on its way through a model: the tokens fed so far and everything computed from them (KV cache, hidden states,
 * encoder result). Steps of different states may alternate; those of one state must not overlap.
 */
export interface DecodingState {
	/** Decoder tokens held. */
	readonly length: number;
	/** Memory held, in bytes. What copies share is counted in each of them. */
	readonly bytes: number;
	/** Told before a prompt is fed, of how many tokens: the time for room for all of them, and for what makes a long one faster, to be
	 * made ready. Fails only where there is no memory for them. */
	expect?(tokens: number): Promise<void>;
	/**
	 * Feeds tokens and returns the logits after the last of them, valid until the next call on any state of the model. The first
	 * call also runs the encoder where there is one. Unchanged when the run fails.
	 * @throws GenerationError
	 */
	forward(ids: readonly number[]): Promise<Float32Array>;
	/** Feeds a few tokens and returns the logits after each of them, otherwise like `forward`. Undefined for states that cannot, and
	 * for those whose `truncate` costs as much as a run: it is for tokens that may have to be taken back. */
	readonly forwardEach?: ((ids: readonly number[]) => Promise<readonly Float32Array[]>) | undefined;
	/** Forgets all decoder tokens from `length` on; what the encoder computed stays. */
	truncate(length: number): void;
	/** A copy of the first `length` tokens, by default all, that shares what the encoder computed. */
	copy(length?: number): DecodingState;
	/** See `KeyValueCache.dispose`. */
	dispose?(): void;
}

/** A loaded network of any kind. Everything that generates works on this, so that it works for every family. */
export interface ModelFamily {
	/** Said in the log: 'decoder-only, KV cache in place'. */
	readonly description: string;
	/** An encoder reads the prompt, so that prompt and answer each have the whole context for themselves. */
	readonly readsSourceApart: boolean;
	/** Logits a position has: at least the vocabulary, often padded. */
	readonly logitsWidth: number;
	/** @param decoderStart what encoder-decoders are fed first; others go on from the prompt itself */
	plan(promptIds: readonly number[], decoderStart: readonly number[]): DecodingPlan;
	/** An empty state for this plan and for others with the same `source` and `together`. */
	createState(plan: DecodingPlan): DecodingState;
}

/** The plan of families that simply go on from the prompt. */
export function planFromPrompt(promptIds: readonly number[]): DecodingPlan {
	return { source: [], ids: promptIds, together: 0 };
}

/** Ids of the plan to feed a state that holds `held` of them; none once it holds all. At most `chunkTokens`, but for runs that
 * cannot be cut: that of ids that see each other, and an encoder's in the first step of its state. Both are at most as long as
 * the model's context. */
export function nextToFeed({ ids, together }: DecodingPlan, held: number, chunkTokens: number): readonly number[] {
	return ids.slice(held, Math.max(together, held + chunkTokens));
}
