export { systemText } from './assistantRules';
export * from './chatAnswer';
export { CitationStream } from './citationStream';
export { findCitations, linkCitations, type Citation } from './citations';
export { buildChatPrompt, type BuiltChatPrompt, type ChatPromptInput, type ChatPromptMessage } from './chatPrompt';
export * from './chatSession';
export * from './context';
export { citationOf, contextBlock } from './contextBlock';
export { type CountTokens } from './contextBudget';
export { contextText, isBinary } from './contextText';
export * from './conversation';
export { filterDiff, type FilteredDiff } from './diffText';
export * from './linkAddress';
export { type OlderTurns, type SummaryRequest } from './olderTurns';
export { findMentions, findPath, wordOfKind, type Mention } from './mentions';
export { searchPaths } from './pathSearch';
export { readContext, takeWorkspaceMention, type ContextRead } from './readContext';
export {
	completeSlashCommand,
	expandSlashCommand,
	listSlashCommands,
	resolveSlashCommand,
	slashCommandNames,
	type SlashCommand,
	type SlashCommandName,
	type SlashCommandWords,
	type SlashInput,
	type SlashSubject,
} from './slashCommands';
export * from './sessionRecord';
export { joinSameRole } from './turns';
export {
	formatToolCall,
	formatToolResult,
	ToolCallStream,
	toolInstructions,
	type ToolEvent,
	type ToolOffer,
} from './toolCalls';
