export * from './builtIn';
export type { DecoderConfig } from './decoderConfig';
export * from './inspect';
export * from './installed';
