export * from './commands';
export { Enablement } from './enablement';
export { Engines } from './engines';
export { registerInlineCompletions } from './inlineCompletions';
export { createLog } from './log';
export { Settings } from './settings';
export { registerStatusBar } from './statusBar';
