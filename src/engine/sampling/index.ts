export * from './bans';
export * from './checkSampling';
export * from './dryPenalty';
export * from './float16';
export * from './logSumExp';
export * from './random';
export * from './repeatedNgrams';
export * from './sampler';
