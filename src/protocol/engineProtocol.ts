import { type LogLevel } from '../base';
import {
	type Alternative,
	type Delivery,
	type Device,
	type DoneReason,
	type GenerateRequest,
	type GenerationErrorCode,
	type ModelInfo,
	type Score,
	type ScoreRequest,
	type Usage,
} from '../generation';
import { type DeviceProbe } from './deviceProtocol';
import { type PackCompared } from './packProtocol';

/** Number of a call, chosen by the extension host, unique in one engine process. Every call gets exactly one last answer:
 * `loaded`, `done`, `tokenCount`, `score`, `remembered`, `probed`, `packCompared`, `pong` or `failed`. */
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
	/** Absolute path of a folder of ours, outside of all model folders, where what was proven about a model is kept; without one it is
	 * proven at every load. */
	readonly proofsFolder?: string;
}

/** How near to the user's work a document is: open now, edited before, or merely in the workspace. */
export const memoryKinds = ['open', 'recent', 'workspace'] as const;
export type MemoryKind = (typeof memoryKinds)[number];

/** A document whose n-grams help completions. */
export interface MemoryDocument {
	/** Any name, unique for the document; the same one replaces its text. */
	readonly id: string;
	readonly kind: MemoryKind;
	/** At most `maxMemoryCharacters`; lines end in '\n'. */
	readonly text: string;
}

/** Longest text of a remembered document and longest name, in UTF-16 units. */
export const maxMemoryCharacters = 1 << 20;
export const maxMemoryIdCharacters = 4096;

/** What the engine remembers now. */
export interface MemoryTotals {
	readonly documents: number;
	readonly tokens: number;
}

export type ToEngine =
	| { readonly type: 'load'; readonly call: CallId; readonly options: LoadOptions }
	| { readonly type: 'generate'; readonly call: CallId; readonly request: GenerateRequest }
	/** Ends the call numbered `call`; it answers with `done: cancelled` unless it already answered. */
	| { readonly type: 'cancel'; readonly call: CallId }
	| { readonly type: 'countTokens'; readonly call: CallId; readonly text: string }
	| { readonly type: 'score'; readonly call: CallId; readonly request: ScoreRequest }
	/** Remembers a document in the background; answered with `remembered` when it is in use, replaced or forgotten. */
	| { readonly type: 'remember'; readonly call: CallId; readonly document: MemoryDocument }
	/** Forgets a document, or all when none is named; answered with `remembered`. */
	| { readonly type: 'forget'; readonly call: CallId; readonly id?: string }
	/** Computes something tiny on a device. Needs no model, and is sent to a process that has nothing else to do. */
	| { readonly type: 'probe'; readonly call: CallId; readonly device: Device }
	/** Compares the bytes of a pack with its checksums. Needs no model, and is sent to a process that has nothing else to do. */
	| { readonly type: 'comparePack'; readonly call: CallId; readonly folder: string; readonly proofsFolder: string }
	| { readonly type: 'ping'; readonly call: CallId };

export type FromEngine =
	| { readonly type: 'loading'; readonly call: CallId; /** 0 to 1. */ readonly fraction: number }
	| { readonly type: 'loaded'; readonly call: CallId; readonly model: ModelInfo }
	/** What the answer goes on with, piece by piece: several tokens' where they come faster than messages are worth. */
	| { readonly type: 'text'; readonly call: CallId; readonly pieces: readonly Delivery[] }
	| {
			readonly type: 'done';
			readonly call: CallId;
			readonly reason: DoneReason;
			readonly usage: Usage;
			readonly tokenIds: readonly number[];
			readonly alternatives?: readonly Alternative[];
	  }
	| { readonly type: 'tokenCount'; readonly call: CallId; readonly count: number }
	| { readonly type: 'score'; readonly call: CallId; readonly score: Score }
	| { readonly type: 'probed'; readonly call: CallId; readonly probe: DeviceProbe }
	| { readonly type: 'packCompared'; readonly call: CallId; readonly comparison: PackCompared }
	| { readonly type: 'pong'; readonly call: CallId }
	| { readonly type: 'remembered'; readonly call: CallId; readonly totals: MemoryTotals }
	| { readonly type: 'failed'; readonly call: CallId; readonly code: GenerationErrorCode; readonly message: string }
	| { readonly type: 'log'; readonly level: LogLevel; readonly message: string };
