export * from './incrementalEncoder';
export * from './loadTokenizer';
export { readModelFiles, fileNames, type ModelFiles } from './modelFiles';
export * from './tokenizer';
