import { type LogLevel } from '../base';
import {
	type Device,
	type DoneReason,
	type GenerateRequest,
	type GenerationErrorCode,
	type ModelInfo,
	type Score,
	type ScoreRequest,
	type Usage,
} from '../generation';

/** Number of a call, chosen by the extension host, unique in one engine process. Every call gets exactly one last answer:
 * `loaded`, `done`, `tokenCount`, `score`, `pong` or `failed`. */
export type CallId = number;

/** Messages larger than this are refused on both sides. */
export const maxMessageBytes = 8 * 1024 * 1024;

/** Every device there is, for checking messages and settings. */
export const devices: readonly Device[] = ['cpu', 'webgpu', 'dml', 'coreml', 'cuda'];

export interface LoadOptions {
	/** Absolute path of a model folder in the Hugging Face layout. */
	readonly folder: string;
	readonly device: Device | 'auto';
	/** Threads inside one operator; chosen by the engine when absent. */
	readonly threads?: number;
	/** Budget for KV caches, in bytes. */
	readonly cacheBytes: number;
}

export type ToEngine =
	| { readonly type: 'load'; readonly call: CallId; readonly options: LoadOptions }
	| { readonly type: 'generate'; readonly call: CallId; readonly request: GenerateRequest }
	/** Ends the call numbered `call`; it answers with `done: cancelled` unless it already answered. */
	| { readonly type: 'cancel'; readonly call: CallId }
	| { readonly type: 'countTokens'; readonly call: CallId; readonly text: string }
	| { readonly type: 'score'; readonly call: CallId; readonly request: ScoreRequest }
	| { readonly type: 'ping'; readonly call: CallId };

export type FromEngine =
	| { readonly type: 'loading'; readonly call: CallId; /** 0 to 1. */ readonly fraction: number }
	| { readonly type: 'loaded'; readonly call: CallId; readonly model: ModelInfo }
	| { readonly type: 'text'; readonly call: CallId; readonly text: string; readonly logProbability: number }
	| {
			readonly type: 'done';
			readonly call: CallId;
			readonly reason: DoneReason;
			readonly usage: Usage;
			readonly tokenIds: readonly number[];
	  }
	| { readonly type: 'tokenCount'; readonly call: CallId; readonly count: number }
	| { readonly type: 'score'; readonly call: CallId; readonly score: Score }
	| { readonly type: 'pong'; readonly call: CallId }
	| { readonly type: 'failed'; readonly call: CallId; readonly code: GenerationErrorCode; readonly message: string }
	| { readonly type: 'log'; readonly level: LogLevel; readonly message: string };
