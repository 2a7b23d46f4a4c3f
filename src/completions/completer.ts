import { type Log } from '../base';
import { type TextGenerator } from '../generation';
import { type Clock } from './clock';
import { type CompletionOutcome, type CompletionStats, type OutcomeRecord } from './outcome';
import { type CompletionRequest } from './request';
import { type CompletionSettings } from './settings';

/** What a Completer is made of. */
export interface CompleterParts {
	/** The model to ask; called for every engine request, so that it may start or change. Rejects with a GenerationError. */
	readonly generator: () => Promise<TextGenerator>;
	readonly clock: Clock;
	readonly settings: () => CompletionSettings;
	readonly log: Log;
	/** Wait for the engine's numbers even when an answer was cut short. For scripts and benchmarks: costs about one token. */
	readonly waitForUsage?: boolean;
}

/** Turns keystrokes into suggestions: trigger, typing as suggested, cache, running request, pace, model, trims. */
export class Completer {
	constructor(private readonly parts: CompleterParts) {}

	/** The suggestions at a cursor, or the reason for none. Never rejects for a failing model; aborting `signal` gives 'cancelled'. */
	complete(request: CompletionRequest, signal: AbortSignal): Promise<CompletionOutcome> {
		void request;
		void signal;
		void this.parts;
		throw new Error('Under construction.');
	}

	/** The last 20 outcomes, oldest first. */
	get recent(): readonly OutcomeRecord[] {
		throw new Error('Under construction.');
	}

	get stats(): CompletionStats {
		throw new Error('Under construction.');
	}

	/** The editor drew this suggestion. */
	didShow(id: number): void {
		void id;
	}

	/** The whole suggestion was accepted; the next request is answered without waiting. */
	didAccept(id: number): void {
		void id;
	}

	/** The first `acceptedLength` UTF-16 units of the suggestion were accepted, counted from its own start. */
	didPartiallyAccept(id: number, acceptedLength: number): void {
		void id;
		void acceptedLength;
	}

	/** The suggestion was dismissed explicitly (Esc); it is not offered again at this place until the text changes. */
	didReject(id: number): void {
		void id;
	}

	/** Ends a running request and forgets everything about documents, for a change of model or settings. */
	reset(): void {
		return;
	}

	/** Ends a running request. */
	dispose(): void {
		this.reset();
	}
}
