/** What every contestant does, each in a process of its own. Times are wall-clock, seen from outside that process. */
export interface Contestant {
	readonly name: string;
	/** Everything up to the first token of a one-token prompt, the tokenizer included. */
	load(): Promise<void>;
	/** Forgets the last prompt, then computes this one and a first token. */
	firstToken(ids: readonly number[]): Promise<void>;
	/** Milliseconds a token after `ids`, over `count` greedy tokens. */
	decode(ids: readonly number[], count: number): Promise<number>;
	/** The answer to one more keystroke: `ids` was the last prompt but for its last `fresh` tokens; `count` greedy tokens. */
	keystroke(ids: readonly number[], fresh: number, count: number): Promise<void>;
	/** Greedy tokens after `ids`. */
	greedy(ids: readonly number[], count: number): Promise<readonly number[]>;
	readonly pid: number;
	/** Resident memory of the process at its highest, in bytes. */
	peakMemory(): number;
	dispose(): void;
}
