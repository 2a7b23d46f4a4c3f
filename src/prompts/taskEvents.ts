import { type DoneReason, type Usage } from '../generation';

/** What a running task reports. Concatenated, the `text` events are the result; `done` comes last, once. */
export type TaskEvent =
	| { readonly type: 'text'; readonly text: string }
	/** `done` of `total` pieces of work are finished. */
	| { readonly type: 'progress'; readonly stage: TaskStage; readonly done: number; readonly total: number }
	| { readonly type: 'note'; readonly note: TaskNote }
	| {
			readonly type: 'done';
			readonly reason: DoneReason;
			/** Sums over all calls to the model. */
			readonly usage: Usage;
			readonly tokenIds: readonly number[];
	  };

/** What the model is working on: the parts of a text, or putting the answers to them together. */
export type TaskStage = 'parts' | 'combine';

/** Something the reader must know about the result. Lines count from 1 within the given text. */
export type TaskNote =
	/** The text was too long for the model and was worked on in parts. */
	| { readonly kind: 'split'; readonly parts: number }
	/** The beginning of the text, up to and including `lastLine`, was not shown to the model. */
	| { readonly kind: 'leftOut'; readonly characters: number; readonly lastLine: number }
	/** The answer reached its longest length and stops there; `part` where it was the answer to one part. */
	| { readonly kind: 'answerCut'; readonly maxTokens: number; readonly part?: number }
	/** The model had no room for everything it was sent and dropped the start. */
	| { readonly kind: 'promptCut'; readonly tokens: number }
	/** The answers to the parts were too long to be put together; they stand one after another. */
	| { readonly kind: 'notCombined'; readonly parts: number }
	/** Sentences the model could not translate; they are in the result as they were. */
	| { readonly kind: 'untranslated'; readonly sentences: number; readonly lines: readonly number[] }
	/** Sentences that already were in the language asked for; they are in the result as they were. */
	| { readonly kind: 'alreadyThere'; readonly sentences: number }
	/** Of a source that was too long, only the beginning, up to and including `lastLine`, was shown to the model. */
	| { readonly kind: 'endLeftOut'; readonly lastLine: number }
	/** Paragraphs, list items, headings or inline code of these lines may not match the original. */
	| { readonly kind: 'structureChanged'; readonly firstLine: number; readonly lastLine: number }
	/** The answer ends where it began to say what was there before. */
	| { readonly kind: 'repeated' }
	/** Of source code only the comments were translated. */
	| { readonly kind: 'commentsOnly'; readonly comments: number };
