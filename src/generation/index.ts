export * from './generationError';
export * from './modelInfo';
export * from './network';
export * from './prompt';
export * from './sampling';
export * from './scripts';
export * from './stopStrings';
export * from './textGenerator';
