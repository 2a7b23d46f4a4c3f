export * from './builtIn';
export type { ModelGraphs } from './graphFiles';
export * from './inspect';
export * from './installed';
export type { DecoderConfig, EncoderDecoderConfig, ModelConfig } from './modelConfig';
