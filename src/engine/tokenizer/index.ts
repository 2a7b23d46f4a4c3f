export { badModel, isObject, isTokenId, parseJsonObject, tokenName, type JsonObject } from './checks';
export * from './incrementalEncoder';
export * from './loadTokenizer';
export { fileNames, readModelFiles, type ModelFiles } from './modelFiles';
export * from './tokenizer';
export { nextLineCut, type LineCuts } from './lineCuts';
