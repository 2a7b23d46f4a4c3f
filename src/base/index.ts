export * from './assertNever';
export * from './disposable';
export * from './emitter';
export * from './log';
export * from './lruCache';
export * from './untilAborted';
