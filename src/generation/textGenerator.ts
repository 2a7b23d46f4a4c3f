import { type ModelInfo } from './modelInfo';
import { type Prompt } from './prompt';
import { type Sampling } from './sampling';

/** Highest first. A request of a higher priority pauses running ones of a lower between two tokens. */
export const priorities = ['typing', 'command', 'chat', 'idle'] as const;
export type Priority = (typeof priorities)[number];

export interface GenerateRequest {
	readonly prompt: Prompt;
	readonly maxTokens: number;
	readonly sampling: Sampling;
	/** Different answers wanted, 1 to `mostBeams`, at most as many as there are beams; without beams each is sampled on its own. 1
	 * when absent. All of them come with `done`, where the best is the one that was delivered as text. */
	readonly candidates?: number;
	/** Generation ends before the first of these; the stop string itself is not delivered. */
	readonly stop: readonly string[];
	readonly priority: Priority;
	/** Whether n-grams of the prompt and of remembered documents are mixed in, for fill and continue prompts. Default: true. */
	readonly ngramCache?: boolean;
	/** Whether guessed tokens may be checked several in one run. Changes nothing but the time. Default: true. */
	readonly drafts?: boolean;
	/** Wall-clock bound on decoding, after which what is there is final (`done: length`). */
	readonly timeLimitMs?: number;
}

export interface Usage {
	readonly promptTokens: number;
	/** Prompt tokens that were still in a KV cache and did not have to be computed. */
	readonly reusedTokens: number;
	/** Prompt tokens cut from the far end of the prefix because the context was full. */
	readonly cutTokens: number;
	readonly newTokens: number;
	/** The token numbers are estimates, because the server reported none. */
	readonly estimated?: boolean;
	readonly prefillMs: number;
	readonly decodeMs: number;
}

/** One of several answers. */
export interface Alternative {
	readonly text: string;
	/** Sum of the natural-log probabilities of `tokenIds`. */
	readonly logProbability: number;
	/** What answers are ranked by: with beams see `Beams.lengthPenalty`, the end counted as a token; else the mean of the
	 * natural-log probabilities. */
	readonly score: number;
	readonly tokenIds: readonly number[];
}

export type DoneReason = 'stop' | 'length' | 'cancelled';

export type GenerateEvent =
	| {
			readonly type: 'text';
			/** Whole characters only; concatenated, the events are the answer. */
			readonly text: string;
			/** Sum of the natural-log probabilities of the tokens behind this text. */
			readonly logProbability: number;
	  }
	/** More of what a reasoning model thinks before it answers; never part of the answer. */
	| { readonly type: 'reasoning'; readonly text: string }
	| {
			readonly type: 'done';
			readonly reason: DoneReason;
			readonly usage: Usage;
			/** Ids of the generated tokens, the stop token not included. */
			readonly tokenIds: readonly number[];
			/** All answers, best first, when beams or several candidates were asked for. Absent after a cancel. */
			readonly alternatives?: readonly Alternative[];
			/** All of the reasoning. Absent when there was none. */
			readonly reasoning?: string;
	  };

/** How likely a model finds a given text after a prompt. */
export interface ScoreRequest {
	readonly prompt: Prompt;
	/** Tokenized on its own, without control tokens; prompt and text together must fit the model's context. */
	readonly text: string;
	readonly priority: Priority;
	/** Whether the score is of the distribution with n-grams mixed in, see `GenerateRequest.ngramCache`. Default: false. */
	readonly ngramCache?: boolean;
}

export interface Score {
	/** Sum of the natural-log probabilities of the text's tokens. */
	readonly logProbability: number;
	/** Tokens of the text that were scored: all of them, fewer when it was cancelled. */
	readonly tokens: number;
}

/** A model that turns prompts into text: the local engine, a remote server, a named fake in tests. */
export interface TextGenerator {
	readonly model: ModelInfo;
	countTokens(text: string): Promise<number>;
	/**
	 * Streams an answer. Aborting is not an error: the stream ends with `done: cancelled` and no text follows the abort.
	 * @throws GenerationError from the iterator
	 */
	generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent>;
	/**
	 * Scores a given text. Absent where only generated text comes with probabilities (servers). Aborting is not an error: the
	 * score is then that of the tokens so far.
	 * @throws GenerationError promptTooLong, or what `generate` throws
	 */
	score?(request: ScoreRequest, signal: AbortSignal): Promise<Score>;
}
