export { ChatHistory, type OpenSession } from './chatHistory';
export { exportJson, exportMarkdown, importConversation, largestImport } from './exchange';
export { HistoryError, type HistoryErrorCode } from './historyError';
export { parseRecord } from './recordSchema';
export { SessionFile } from './sessionFile';
export { type SessionSummary } from './sessionIndex';
export { readSession, type SessionReading } from './sessionReading';
