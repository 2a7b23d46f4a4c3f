export { registerChooseModel } from './chooseModel';
export { registerRestartEngine } from './restartEngine';
export { registerShowLog } from './showLog';
export { registerShowStatusMenu } from './showStatusMenu';
export { registerSnooze } from './snooze';
export { registerToggleCompletions } from './toggleCompletions';
export { registerToggleLanguage } from './toggleLanguage';
export { registerWhyNoSuggestion } from './whyNoSuggestion';
