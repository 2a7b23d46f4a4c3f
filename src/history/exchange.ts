import * as v from 'valibot';
import {
	applyRecord,
	emptyConversation,
	interruptAnswers,
	pathOf,
	recordsOf,
	titleOf,
	type Conversation,
	type SessionRecord,
} from '../chat';
import { HistoryError } from './historyError';
import { parseRecord } from './recordSchema';

/** A conversation in a file for people or other programs, and back. */
const format = 'inkling-chat';

/** Larger files are refused before they are read, in bytes: no conversation comes near it. */
export const largestImport = 64 * 1024 * 1024;

const file = v.pipe(
	v.string(),
	v.parseJson(),
	v.object({ format: v.literal(format), version: v.literal(1), records: v.array(v.unknown()) }),
);

/** All of a conversation, other wordings and answers included, so that `importConversation` can read it. */
export function exportJson(conversation: Conversation): string {
	return `${JSON.stringify({ format, version: 1, records: recordsOf(conversation) }, undefined, '\t')}\n`;
}

/** What is shown of a conversation, as Markdown: a heading for each turn, then its words. @param you what a question is headed */
export function exportMarkdown(conversation: Conversation, you: string): string {
	const turns = pathOf(conversation).map(turn => {
		const speaker = turn.kind === 'question' ? you : turn.model === '' ? 'Inkling' : turn.model;
		const attached = turn.kind === 'question' ? turn.context.map(({ label }) => `> ${label}\n`).join('') : '';
		return `## ${speaker}\n\n${attached === '' ? '' : `${attached}\n`}${turn.text.trim()}\n`;
	});
	return [`# ${titleOf(conversation)}\n`, ...turns].join('\n');
}

/**
 * Reads what `exportJson` wrote. What was attached comes back as nothing but words: a file from elsewhere must not decide which files
 * of this machine are read with the next question.
 * @throws HistoryError badImport
 */
export function importConversation(text: string, id: string): Conversation {
	const { success, output } = v.safeParse(file, text);
	if (!success) throw new HistoryError('badImport', 'not a conversation exported by Inkling');
	const records = output.records.map(parseRecord).filter(record => record !== undefined);
	const conversation = records.map(withoutPlaces).reduce(applyRecord, emptyConversation(id, '', 0));
	if (conversation.turns.size === 0) throw new HistoryError('badImport', 'no turn of the conversation can be read');
	return { ...interruptAnswers(conversation), id };
}

function withoutPlaces(record: SessionRecord): SessionRecord {
	if (record.type === 'question') return { ...record, context: [] };
	return record.type === 'answer' ? { ...record, given: [] } : record;
}
