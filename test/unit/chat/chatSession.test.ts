import { describe, expect, test } from 'vitest';
import {
	applyRecord,
	ChatSession,
	emptyConversation,
	pathOf,
	recordsOf,
	type AnswerEvent,
	type SessionRecord,
} from '../../../src/chat';
import { GenerationError } from '../../../src/generation';
import { parseRecord } from '../../../src/history';

const usage = { usedTokens: 1, budgetTokens: 10, droppedTurns: 0, droppedContext: [], cutContext: [], refused: [] };
const begin: AnswerEvent = { type: 'begin', model: 'tiny', device: 'cpu', usage, given: [] };

type Answering = (signal: AbortSignal) => AsyncIterable<AnswerEvent>;

/** A session whose model answers as it is told, and everything that was kept of it. */
function makeSession(answer: Answering, append?: () => Promise<void>) {
	const kept: SessionRecord[] = [];
	const bugs: unknown[] = [];
	let id = 0;
	const session = new ChatSession(emptyConversation('s', '', 0), {
		journal: {
			append: async records => {
				kept.push(...records);
				await append?.();
			},
		},
		answer: (_path, signal) => answer(signal),
		now: () => 0,
		newId: () => `t${++id}`,
		onBug: error => bugs.push(error),
	});
	const shown = () => pathOf(session.conversation).map(({ text }) => text);
	const last = () => pathOf(session.conversation).at(-1);
	return { session, kept, bugs, shown, last };
}

async function* say(...words: readonly string[]): AsyncGenerator<AnswerEvent> {
	await Promise.resolve();
	yield begin;
	for (const text of words) yield { type: 'text', text };
	yield { type: 'end', reason: 'stop' };
}

describe('a conversation', () => {
	test('shows question and answer and keeps both', async () => {
		const { session, kept, shown, last } = makeSession(() => say('At ', 'noon.'));
		await session.send('When?', []);
		expect(shown()).toEqual(['When?', 'At noon.']);
		expect(last()).toMatchObject({ state: 'complete', model: 'tiny' });
		expect(kept.map(({ type }) => type)).toEqual(['question', 'answer', 'end']);
		expect(session.phase).toBe('idle');
	});

	test('has kept all of an answer under way when it was ended', async () => {
		const { session, kept } = makeSession(async function* (signal) {
			yield begin;
			yield { type: 'text', text: 'Once' };
			if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve));
			yield { type: 'end', reason: 'cancelled' };
		});
		const asked = session.send('A story', []);
		while (session.phase !== 'answering') await Promise.resolve();
		await session.end();
		expect(kept.at(-1)).toMatchObject({ type: 'end', text: 'Once', state: 'stopped' });
		await asked;
	});

	test('takes one question at a time', async () => {
		const { session, shown } = makeSession(() => say('Yes.'));
		await Promise.all([session.send('One?', []), session.send('Two?', [])]);
		expect(shown()).toEqual(['One?', 'Yes.']);
	});

	test('keeps what was written before it was stopped', async () => {
		const { session, shown, last } = makeSession(async function* (signal) {
			yield begin;
			yield { type: 'text', text: 'Once' };
			session.stop();
			await Promise.resolve();
			yield { type: 'end', reason: signal.aborted ? 'cancelled' : 'stop' };
		});
		await session.send('A story', []);
		expect(shown()).toEqual(['A story', 'Once']);
		expect(last()).toMatchObject({ state: 'stopped' });
	});

	test('says why an answer failed, and goes on', async () => {
		const answers: Answering[] = [
			// eslint-disable-next-line require-yield -- it fails before its first word
			async function* () {
				await Promise.resolve();
				throw new GenerationError('engineStopped', 'gone');
			},
			() => say('Better.'),
		];
		const { session, bugs, last } = makeSession(signal => answers.shift()!(signal));
		await session.send('Well?', []);
		expect(last()).toMatchObject({ state: 'failed', error: 'engineStopped' });
		await session.regenerate(last()!.id);
		expect(last()).toMatchObject({ state: 'complete', text: 'Better.' });
		expect(bugs).toEqual([]);
	});

	test('an edited question leads another way, and the old way is still there', async () => {
		let number = 0;
		const { session, shown } = makeSession(() => say(`Answer ${++number}`));
		await session.send('One?', []);
		await session.edit('t1', 'Uno?');
		expect(shown()).toEqual(['Uno?', 'Answer 2']);
		await session.choose('t1');
		expect(shown()).toEqual(['One?', 'Answer 1']);
	});

	test('keeps what a model thought, what was sent, and which places it may cite', async () => {
		const given = [{ kind: 'file', id: 'file:///tides.md', label: 'tides.md', detail: '', path: 'tides.md' }] as const;
		const facts = { sent: { tokens: 9, isEstimate: false, host: 'example.org' }, reasoning: 'The moon pulls.' };
		const { session, kept, last } = makeSession(async function* () {
			await Promise.resolve();
			yield { ...begin, given };
			yield { type: 'text', text: 'See [tides.md#L1].' };
			yield { type: 'end', reason: 'stop', ...facts };
		});
		await session.send('When?', []);
		expect(last()).toMatchObject({ given, ...facts });
		const again = [...kept, ...recordsOf(session.conversation).slice(1)].map(record => parseRecord(record));
		expect(again).toEqual([...kept, ...recordsOf(session.conversation).slice(1)]);
		expect(recordsOf(session.conversation).reduce(applyRecord, emptyConversation('s', '', 0)).turns).toEqual(
			session.conversation.turns,
		);
	});

	test('goes on where nothing can be saved, and says so', async () => {
		const { session, shown } = makeSession(
			() => say('Still here.'),
			() => Promise.reject(new Error('disk full')),
		);
		await session.send('Hello?', []);
		expect(shown()).toEqual(['Hello?', 'Still here.']);
		expect(session.unsaved).toBeInstanceOf(Error);
	});
});
