export { renderMessages, renderTemplate, type RenderedPart } from './chatTemplate';
export { describeModel } from './describeModel';
export { TokenHealer, VocabularyBytes } from './healing';
export { PromptBuilder } from './promptBuilder';
export * from './modelDescription';
