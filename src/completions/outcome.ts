import { type Usage } from '../generation';
import { type Range } from './document';

/** Every reason for showing nothing, in the words of the log; `editor/` has a sentence for each. */
export const refusalReasons = [
	/** Switched off for everything, for this language, or for a while. */
	'turnedOff',
	'languageDisabled',
	'snoozed',
	/** The file holds secrets, which never enter a prompt. */
	'secretFile',
	/** The editor has a selection. */
	'selection',
	/** More than a few characters other than closing brackets and quotes stand right of the cursor. */
	'textAfterCursor',
	/** The line ends with a statement or block: what would follow belongs on the next one. */
	'lineComplete',
	/** The cursor stands between two characters of a word. */
	'middleOfWord',
	/** A line is too long to be worth a model's time (minified code, data). */
	'lineTooLong',
	/** Markdown: the cursor stands in the address of a link, which a model could only invent. */
	'insideMarkup',
	/** The last suggestions were not what was typed, and nobody paused long enough for another. */
	'resting',
	/** A newer request took its place. */
	'superseded',
	/** The editor no longer wants an answer. */
	'cancelled',
	/** The model had nothing to add. */
	'empty',
	/** Fewer visible characters than a suggestion is worth. */
	'tooShort',
	'repetitive',
	/** No line like it can stand there: a name that is none, or an indentation that nothing opened. */
	'doesNotFit',
	/** The document already continues with what was suggested. */
	'duplicatesSuffix',
	/** The model was not sure enough of its own words. */
	'lowConfidence',
	/** The same suggestion was dismissed at this place. */
	'dismissed',
	/** Nothing usable within the time limit. */
	'timeLimit',
	/** No model, or it failed; the log has the coded error. */
	'modelUnavailable',
	/** The loaded model is not made for completion at a cursor. */
	'modelCannotComplete',
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

/** Reasons a caller may give for not wanting a suggestion at all. */
export type DisabledReason = Extract<RefusalReason, 'turnedOff' | 'languageDisabled' | 'snoozed' | 'secretFile'>;

/** One suggestion: what replaces `range`. Line ends are the document's. */
export interface CompletionItem {
	/** Number for `didShow`, `didAccept` and the like; unique in one Completer. */
	readonly id: number;
	readonly text: string;
	/** On one line. Wider than the cursor when `text` contains what already stands right of it. */
	readonly range: Range;
}

/** Where a suggestion came from: what was shown is being typed, an earlier answer, a running request, or a new one. */
export type CompletionSource = 'typed' | 'cache' | 'inFlight' | 'model';

export type CompletionOutcome =
	| {
			readonly kind: 'suggestions';
			/** At least one; the best first. */
			readonly items: readonly CompletionItem[];
			readonly source: CompletionSource;
			/** Numbers of the model's answer behind it; absent from 'typed' and 'cache', and when the answer was cut short
			 * (see `waitForUsage`). */
			readonly usage?: Usage;
			/** From the request to the model to its first text. */
			readonly firstTextMs?: number;
	  }
	| { readonly kind: 'none'; readonly reason: RefusalReason; readonly usage?: Usage };

/** What became of one request, without any text of the document. */
export interface OutcomeRecord {
	/** Clock time in ms when the request ended. */
	readonly at: number;
	/** Last part of the document's address. */
	readonly fileName: string;
	readonly languageId: string;
	readonly trigger: 'typing' | 'manual';
	readonly result: CompletionSource | RefusalReason;
	/** From the call to the answer, waiting included. */
	readonly totalMs: number;
	readonly firstTextMs?: number;
	/** UTF-16 length of the best suggestion. */
	readonly characters?: number;
}

/** Counts since the Completer was made. Token counts arrive when the engine reports them, shortly after an answer. */
export interface CompletionStats {
	readonly requests: number;
	readonly suggestions: Readonly<Record<CompletionSource, number>>;
	readonly refusals: Readonly<Partial<Record<RefusalReason, number>>>;
	/** Generations asked of the model; three for a manual trigger. */
	readonly engineRequests: number;
	readonly promptTokens: number;
	readonly reusedTokens: number;
	readonly newTokens: number;
	readonly shown: number;
	readonly accepted: number;
	readonly partiallyAccepted: number;
	readonly rejected: number;
}
