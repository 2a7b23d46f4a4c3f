import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyRecord, emptyConversation, pathOf, type SessionRecord } from '../../../src/chat';
import { exportJson, exportMarkdown, importConversation } from '../../../src/history';

const file = { kind: 'file', id: 'file:///home/me/key.txt', label: 'key.txt', detail: '', path: 'key.txt' } as const;
const records: readonly SessionRecord[] = [
	{ type: 'session', id: 's', workspace: 'file:///harbour', at: 5 },
	{ type: 'question', id: 'q1', parent: undefined, text: 'When?', context: [file], at: 6 },
	{ type: 'answer', id: 'a1', parent: 'q1', model: 'tiny', device: 'cpu', given: [file], at: 7 },
	{ type: 'end', answer: 'a1', text: 'At noon.', state: 'complete', reasoning: 'The moon.' },
	{ type: 'answer', id: 'a2', parent: 'q1', model: 'tiny', device: 'cpu', at: 8 },
	{ type: 'end', answer: 'a2', text: 'At one.', state: 'complete' },
	{ type: 'choose', turn: 'a1' },
	{ type: 'rename', name: 'Tides' },
];
const conversation = records.reduce(applyRecord, emptyConversation('s', '', 0));

describe('an exported conversation', () => {
	test('comes back from JSON with all its variants, under a new id', () => {
		const back = importConversation(exportJson(conversation), 'new');
		expect(back).toMatchObject({ id: 'new', name: 'Tides', workspace: 'file:///harbour' });
		expect(pathOf(back).map(({ text }) => text)).toEqual(['When?', 'At noon.']);
		expect([...back.turns.keys()]).toEqual(['q1', 'a1', 'a2']);
		expect(back.turns.get('a1')).toMatchObject({ reasoning: 'The moon.' });
	});

	test('brings no file of this machine with it', () => {
		const text = JSON.stringify([...importConversation(exportJson(conversation), 'new').turns.values()]);
		expect(text).not.toContain('key.txt');
	});

	test('is readable as Markdown', () => {
		expect(exportMarkdown(conversation, 'You')).toBe(
			'# Tides\n\n## You\n\n> key.txt\n\nWhen?\n\n## tiny\n\nAt noon.\n',
		);
	});

	test('is the only thing that can be imported', () => {
		const bad = expect.objectContaining({ code: 'badImport' }) as Error;
		const empty = '{"format":"inkling-chat","version":1,"records":[{"type":"pin","pinned":true}]}';
		for (const text of ['', '{}', '[]', empty]) expect(() => importConversation(text, 'new')).toThrow(bad);
		fc.assert(
			fc.property(fc.json(), text => {
				expect(() => importConversation(text, 'new')).toThrow(bad);
			}),
		);
	});
});
