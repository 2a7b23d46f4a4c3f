import { type Mode } from './mode';
import { type Surroundings } from './surroundings';

/** How a text ended: the model or a stop rule ended it, or it was cut in the middle. */
export type Ending = 'complete' | 'cut';

/** The log-probability of the text up to an offset and the tokens behind it, summed. */
export interface ConfidenceMark {
	readonly end: number;
	readonly logProbability: number;
}

/** One text of the model, before any trim, as it continues `Answer.surroundings.before`. Line ends are '\n'. */
export interface Candidate {
	readonly text: string;
	readonly ending: Ending;
	/** One for each piece the model sent, about one a token. */
	readonly marks: readonly ConfidenceMark[];
}

/** What the model said at a place. Kept untrimmed: trims are always made for the document as it is when shown. */
export interface Answer {
	readonly surroundings: Surroundings;
	readonly mode: Mode;
	/** Asked for by hand, with all its candidates. */
	readonly manual: boolean;
	/** The words of a doc comment, by a model that may ask for more confidence than the settings do. */
	readonly comment?: { readonly minimumLogProbability: number };
	/** At least one; the greedy one first. */
	readonly candidates: readonly Candidate[];
}

/** Mean natural-log probability a token over a part of a candidate. 0 when nothing is known. */
export function meanLogProbability(candidate: Candidate, from: number, to: number): number {
	let sum = 0;
	let count = 0;
	let start = 0;
	for (const mark of candidate.marks) {
		if (mark.end > from && start < to && Number.isFinite(mark.logProbability)) {
			sum += mark.logProbability;
			count++;
		}
		start = mark.end;
	}
	return count === 0 ? 0 : sum / count;
}
