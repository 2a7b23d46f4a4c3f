import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { type ChatMessage } from '../../generation';
import { factsOf, type KeptSummary } from './shownAnswer';

/** A message with a name of its own that stays the same as long as it and all before it do. */
export interface NamedMessage extends ChatMessage {
	readonly id: string;
}

/** The turns of a conversation in VS Code's chat as messages, and the question after them: what was asked in the person's words, what
 * the model answered as text, without the notes around it. */
export function namedMessages(history: vscode.ChatContext['history'], question: string): readonly NamedMessage[] {
	const messages = [...history.map(messageOf), { role: 'user', text: question } as const];
	let id = '';
	return messages.map(message => {
		id = createHash('sha256')
			.update(JSON.stringify([id, message.role, message.text]))
			.digest('base64url')
			.slice(0, 22);
		return { ...message, id };
	});
}

/** The summaries that were kept with answers of a conversation. */
export function keptSummaries(history: vscode.ChatContext['history']): readonly KeptSummary[] {
	return history.flatMap(turn =>
		turn instanceof vscode.ChatRequestTurn ? [] : (factsOf(turn.result.metadata).summary ?? []),
	);
}

function messageOf(turn: vscode.ChatRequestTurn | vscode.ChatResponseTurn): ChatMessage {
	if (turn instanceof vscode.ChatRequestTurn)
		return { role: 'user', text: turn.command === undefined ? turn.prompt : `/${turn.command} ${turn.prompt}` };
	const parts = turn.response.filter(part => part instanceof vscode.ChatResponseMarkdownPart);
	const shown = parts.map(({ value }) => value.value).join('');
	const { before, after } = factsOf(turn.result.metadata);
	const text = shown.startsWith(before) ? shown.slice(before.length) : shown;
	return { role: 'assistant', text: text.endsWith(after) ? text.slice(0, text.length - after.length) : text };
}
