/** Time, as an argument: the real one in the editor, a fake one in tests. */
export interface Clock {
	/** Milliseconds; only differences count. */
	now(): number;
	/** Resolves after `ms`, or as soon as `signal` aborts. Never rejects. */
	delay(ms: number, signal: AbortSignal): Promise<void>;
}
