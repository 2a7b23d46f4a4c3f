export * from './evidence';
export * from './localContext';
export * from './memory';
export * from './mixture';
export * from './ngramCache';
export * from './recall';
export { fittedWeights } from './fittedWeights';
