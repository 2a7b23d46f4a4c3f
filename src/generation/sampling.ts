/** How the next token is chosen. Temperature 0 is greedy and ignores the rest except the repetition penalty. */
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
	/** Same seed, same text on the same machine. Chosen at random when absent. */
	readonly seed?: number;
}

export const greedy: Sampling = { temperature: 0 };
