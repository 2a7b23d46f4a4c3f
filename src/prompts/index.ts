export { abilityFor, type Ability } from './ability';
export { parseAssistant, type Assistant } from './assistant';
export { buildAssistantLibrary, type AssistantLibrary, type AssistantSources } from './assistantLibrary';
export { withoutFence } from './codeFence';
export { isSourceCode } from './comments';
export {
	extractiveSummary,
	formatExtractiveSummary,
	type ExtractedSentence,
	type ExtractiveOptions,
	type ExtractiveSummary,
} from './extractiveSummary';
export {
	fillFormatOfModel,
	fillFormats,
	isSuffixFirst,
	recogniseFillFormat,
	type FillFormat,
	type PromptPart,
} from './fillFormats';
export { findHiddenCharacters, type HiddenCharacter, type HiddenCharacterKind } from './hiddenCharacters';
export { languageName, languages, servesLanguage, type Language } from './languages';
export { type TaskDocument, type TaskRun } from './modelCalls';
export { secretKind, steeringKind, type SecretKind, type SteeringKind } from './protectedFiles';
export { snippetComments } from './snippets';
export { splitSentences } from './sentences';
export { keepEnd, splitText, type TextPart, type TokenBudget } from './split';
export { type TaskEvent, type TaskNote, type TaskStage } from './taskEvents';
export { runTask } from './taskRunner';
export { parseTemplate, renderTemplate, type Template, type TemplateFile, type TemplateOrigin } from './template';
export { TemplateError, type TemplateProblem } from './templateError';
export { buildTemplateLibrary, findTemplate, type TemplateLibrary, type TemplateSources } from './templateLibrary';
