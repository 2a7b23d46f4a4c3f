import { expect, test } from 'vitest';
import { type TurnView } from '../../../src/protocol';
import { emptyChat, reduceChat } from '../../../src/webview/chat/chatState';

const turn = (id: string): TurnView => ({
	id,
	kind: 'answer',
	text: '',
	chips: [],
	state: 'answering',
	source: '',
	sent: '',
	reasoning: '',
	note: '',
	variant: { number: 1, of: 1 },
});

test('thoughts and text of an answer arrive each in its place, and the other turns stay the same objects', () => {
	const turns = [turn('first'), turn('second')];
	const begun = reduceChat(emptyChat, [{ type: 'conversation', session: 's', title: '', phase: 'answering', turns }]);
	const after = reduceChat(begun, [
		{ type: 'appendReasoning', turn: 'second', text: 'The moon ' },
		{ type: 'appendReasoning', turn: 'second', text: 'pulls.' },
		{ type: 'append', turn: 'second', text: 'Twice a day.' },
	]);
	expect(after.turns[1]).toMatchObject({ reasoning: 'The moon pulls.', text: 'Twice a day.' });
	expect(after.turns[0]).toBe(begun.turns[0]);
});
