import { type ScriptRule } from './scripts';

/** Most hypotheses that beam search keeps, and most answers to one request. */
export const mostBeams = 16;

/** Beam search: several hypotheses are kept in step instead of one, and the best finished one is the answer. */
export interface Beams {
	/** Hypotheses kept after every token, 1 to `mostBeams`. */
	readonly count: number;
	/** A hypothesis scores the sum of its natural-log probabilities divided by its length in tokens to this power: above 0
	 * favours long answers, below 0 short ones. 1 when absent. */
	readonly lengthPenalty?: number;
	/**
	 * When the search ends: `true` as soon as `count` hypotheses are finished, `false` (also when absent) when no running one
	 * scores better at its present length, 'never' when none could at any length.
	 */
	readonly earlyStopping?: boolean | 'never';
}

/**
 * A penalty on going on with what was said before, which grows with the length of the match: single words and short phrases may
 * come again, whole sentences may not ("Don't repeat yourself", as in llama.cpp and text-generation-webui). The prompt counts as said.
 */
export interface Dry {
	/** What a match of `allowedLength` costs, in logits. Above 0. */
	readonly multiplier: number;
	/** The cost grows by this factor with every token more. At least 1. */
	readonly base: number;
	/** Shorter matches cost nothing, in tokens. At least 1. */
	readonly allowedLength: number;
}

/** How the next token is chosen. Temperature 0 takes the likeliest and ignores what only matters to chance. */
export interface Sampling {
	/** 0 to 2. */
	readonly temperature: number;
	/** Keep the k most likely tokens; 0 keeps all. */
	readonly topK?: number;
	/** Keep the smallest set of tokens whose probability reaches p; 1 keeps all. */
	readonly topP?: number;
	/** Drop tokens less likely than this share of the most likely one; 0 drops none. */
	readonly minP?: number;
	/** Divides positive and multiplies negative logits of tokens already seen (CTRL, Keskar et al. 2019); 1 is off. */
	readonly repetitionPenalty?: number;
	/** No sequence of so many tokens comes twice, the prompt's included where the answer continues it; 0 is off. */
	readonly noRepeatNgramSize?: number;
	/** Off when absent. */
	readonly dry?: Dry;
	/** The answer does not end by itself before it has so many tokens. */
	readonly minTokens?: number;
	/** Letters of other scripts are not chosen; all may come when absent. */
	readonly script?: ScriptRule;
	/** Beam search instead of one path. Needs temperature 0. */
	readonly beams?: Beams;
	/** Same seed, same text on the same machine. Chosen at random when absent. */
	readonly seed?: number;
}

export const greedy: Sampling = { temperature: 0 };
