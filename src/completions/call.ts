import { type Answer, type Candidate } from './answer';
import { type CommentTask } from './commentWriting';
import { proseSyntax } from './languages';
import { type Mode } from './mode';
import { type CompletionOutcome, type RefusalReason } from './outcome';
import { type Place } from './place';
import { type CompletionRequest } from './request';
import { type CompletionSettings } from './settings';
import { type Fitting } from './suggestion';
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
	/** The cursor stands in an empty doc comment that a model can fill. */
	readonly comment?: CommentTask;
	/** Number of the call; a higher one takes its place. */
	readonly turn: number;
}

/** No suggestion, and why. */
export function none(reason: RefusalReason): CompletionOutcome {
	return { kind: 'none', reason };
}

/** What the model said to a call. */
export function answerOf(call: Call, candidates: readonly Candidate[]): Answer {
	const manual = call.request.trigger === 'manual';
	const { comment } = call;
	const about = comment && { comment: { minimumLogProbability: comment.minimumLogProbability } };
	return { surroundings: call.here, mode: call.mode, manual, candidates, ...about };
}

/** How an answer has to fit the place of a call. The words of a comment are prose, and only as sure as their model's card asks. */
export function fittingOf(answer: Answer, { place, settings, request: { trigger } }: Call): Fitting {
	const { mode, comment } = answer;
	if (!comment) return { place, mode, settings, trigger };
	const { minimumLogProbability } = comment;
	const inProse = { ...place, syntax: proseSyntax, inside: '' } as const;
	return { place: inProse, mode, settings: { ...settings, minimumProbability: 0 }, trigger, minimumLogProbability };
}
