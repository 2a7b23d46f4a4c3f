import { type GenerationError, type ModelInfo } from '../generation';

/** What the engine is doing, for the status bar. */
export type EngineState =
	/** No process; the next request starts one. */
	| { readonly kind: 'stopped' }
	| { readonly kind: 'starting' }
	| { readonly kind: 'loading'; /** 0 to 1. */ readonly fraction: number }
	| { readonly kind: 'ready'; readonly model: ModelInfo }
	| { readonly kind: 'generating'; readonly model: ModelInfo }
	/** Stays until `restart()`: a new start would fail the same way. */
	| { readonly kind: 'failed'; readonly error: GenerationError };
