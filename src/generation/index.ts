export * from './generationError';
export * from './modelInfo';
export * from './prompt';
export * from './sampling';
export * from './textGenerator';
