import * as vscode from 'vscode';
import { type ChatMessage } from '../../generation';

/** The turns of a conversation in VS Code's chat as messages: what was asked in the person's words, what was answered as text. */
export function historyMessages(history: vscode.ChatContext['history']): readonly ChatMessage[] {
	return history.map(turn => {
		if (turn instanceof vscode.ChatRequestTurn)
			return { role: 'user', text: turn.command === undefined ? turn.prompt : `/${turn.command} ${turn.prompt}` };
		const parts = turn.response.filter(part => part instanceof vscode.ChatResponseMarkdownPart);
		return { role: 'assistant', text: parts.map(({ value }) => value.value).join('') };
	});
}
