import { type ChatMessage } from '../generation';

/** A question and what was answered to it. */
export interface Turn<M extends ChatMessage = ChatMessage> {
	readonly messages: readonly M[];
}

/** Groups a dialogue into turns, each beginning with a message of the user. What stands before the first one is no answer to anything
 * and is left out: chat templates that insist on turns refuse it. */
export function splitTurns<M extends ChatMessage>(messages: readonly M[]): readonly Turn<M>[] {
	const turns: M[][] = [];
	for (const message of messages) {
		const last = turns.at(-1);
		const begins = message.role === 'user' && (!last || last.some(({ role }) => role === 'assistant'));
		if (begins) turns.push([message]);
		else last?.push(message);
	}
	return turns.map(turn => ({ messages: turn }));
}

/** Joins messages of one role that follow each other and leaves out empty ones: many chat templates refuse anything but turns. */
export function joinSameRole(messages: readonly ChatMessage[]): readonly ChatMessage[] {
	const joined: ChatMessage[] = [];
	for (const { role, text } of messages) {
		const last = joined.at(-1);
		if (text.trim() === '') continue;
		if (last?.role === role) joined[joined.length - 1] = { role, text: `${last.text}\n\n${text}` };
		else joined.push({ role, text });
	}
	return joined;
}
