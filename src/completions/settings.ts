/** What may be tuned. The editor fills in its own settings; the rest keeps the values below. Read anew for every request. */
export interface CompletionSettings {
	/** 'auto' decides from the cursor's place; 'never' and 'always' do not look. */
	readonly multiline: 'auto' | 'never' | 'always';
	/** Most new tokens for the rest of a line, and for a block. */
	readonly lineTokens: number;
	readonly blockTokens: number;
	/** From the first engine work on, after which what is there is shown. 1000 on a CPU, 500 on a GPU. */
	readonly timeLimitMs: number;
	/** Prompt budget in estimated tokens; never more than the model's context less the answer. */
	readonly promptTokens: number;
	/** Least probability, by the model's own account, that a line of a suggestion is right; from where it is lower on, the suggestion
	 * ends. 0 to 1; a manual trigger shows whatever there is. */
	readonly minimumProbability: number;
	/** Whether text of this document and of remembered ones helps the model along, see `GenerateRequest.ngramCache`. */
	readonly ngramCache: boolean;
	/** Letters, digits and signs a suggestion needs. */
	readonly minimumVisibleCharacters: number;
	/** Shortest and longest wait before asking the model while typing, and the wait before a typing rhythm is known. */
	readonly minimumDelayMs: number;
	readonly maximumDelayMs: number;
	readonly initialDelayMs: number;
	/** Suggestions on a manual trigger: a greedy one and variations. */
	readonly manualCandidates: number;
	/** Sampling temperature of the variations. */
	readonly manualTemperature: number;
}

/** Values for a CPU; where the manifest has a setting of the same meaning, its default wins. */
export const defaultCompletionSettings: CompletionSettings = {
	multiline: 'auto',
	lineTokens: 48,
	blockTokens: 160,
	timeLimitMs: 1000,
	promptTokens: 1024,
	minimumProbability: 0.25,
	ngramCache: true,
	minimumVisibleCharacters: 4,
	minimumDelayMs: 75,
	maximumDelayMs: 350,
	initialDelayMs: 250,
	manualCandidates: 3,
	manualTemperature: 0.4,
};
