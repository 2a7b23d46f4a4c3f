import { type Answer, type Candidate } from './answer';
import { type Mode } from './mode';
import { type CompletionOutcome, type RefusalReason } from './outcome';
import { type Place } from './place';
import { type CompletionRequest } from './request';
import { type CompletionSettings } from './settings';
import { type Surroundings } from './surroundings';

/** One call of `complete` and what it found out so far. */
export interface Call {
	readonly request: CompletionRequest;
	readonly place: Place;
	readonly here: Surroundings;
	readonly mode: Mode;
	readonly settings: CompletionSettings;
	readonly signal: AbortSignal;
	/** Text was deleted since the call before. */
	readonly deleted: boolean;
	/** Number of the call; a higher one takes its place. */
	readonly turn: number;
}

/** No suggestion, and why. */
export function none(reason: RefusalReason): CompletionOutcome {
	return { kind: 'none', reason };
}

/** What the model said to a call. */
export function answerOf(call: Call, candidates: readonly Candidate[]): Answer {
	return { surroundings: call.here, mode: call.mode, manual: call.request.trigger === 'manual', candidates };
}
