export * from './builtIn';
export * from './catalogue';
export { repositoryPattern, type CatalogueEntry, type CatalogueVariant, type VariantName } from './catalogueEntry';
export type { ModelGraphs } from './graphFiles';
export * from './inspect';
export * from './installed';
export { memoryNeed } from './memoryNeed';
export type { DecoderConfig, EncoderDecoderConfig, ModelConfig } from './modelConfig';
