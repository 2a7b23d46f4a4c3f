export * from './clock';
export * from './completer';
export * from './document';
export * from './outcome';
export * from './request';
export * from './settings';
