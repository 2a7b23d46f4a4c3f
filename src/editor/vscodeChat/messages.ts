import * as vscode from 'vscode';
import { formatToolCall, formatToolResult } from '../../chat';
import { type ChatMessage } from '../../generation';

type RequestMessage = vscode.LanguageModelChatRequestMessage;

/** A message of another extension as our models take it. @throws Error when it holds what is no text */
export function toChatMessage(message: RequestMessage): ChatMessage {
	return { role: roleOf(message.role), text: textOf(message) };
}

/** The text of a message; calls and results of tools are text as well. @throws Error for a picture or other data */
export function textOf({ content }: Pick<RequestMessage, 'content'>): string {
	return content.map(partText).join('');
}

function partText(part: unknown): string {
	if (part instanceof vscode.LanguageModelTextPart) return part.value;
	if (part instanceof vscode.LanguageModelToolCallPart) return formatToolCall(part.name, part.input);
	if (part instanceof vscode.LanguageModelToolResultPart) return formatToolResult(part.content.map(partText).join(''));
	if (part instanceof vscode.LanguageModelPromptTsxPart) return JSON.stringify(part.value);
	if (part instanceof vscode.LanguageModelDataPart && /^text\/|\bjson\b/.test(part.mimeType))
		return new TextDecoder().decode(part.data);
	if (part instanceof vscode.LanguageModelDataPart && !part.mimeType.startsWith('image/')) return '';
	throw new Error(vscode.l10n.t('Inkling: this model reads text only.'));
}

/** The stable API has two roles; VS Code itself also sends instructions under a third. */
function roleOf(role: vscode.LanguageModelChatMessageRole): ChatMessage['role'] {
	if (role === vscode.LanguageModelChatMessageRole.Assistant) return 'assistant';
	const known: number = vscode.LanguageModelChatMessageRole.User;
	return (role as number) === known ? 'user' : 'system';
}
