export * from './float16';
export * from './random';
export * from './sampler';
