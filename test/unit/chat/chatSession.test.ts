import { describe, expect, test } from 'vitest';
import {
	applyRecord,
	ChatSession,
	emptyConversation,
	interruptAnswers,
	pathOf,
	recordsOf,
	type AnswerEvent,
	type SessionRecord,
	type Summary,
} from '../../../src/chat';
import { GenerationError } from '../../../src/generation';
import { parseRecord } from '../../../src/history';

const nothing = { droppedTurns: 0, summarizedTurns: 0, droppedContext: [], cutContext: [], refused: [] };
const usage = { usedTokens: 1, budgetTokens: 10, ...nothing };
const begin = { type: 'begin', model: 'tiny', device: 'cpu', usage, given: [] } as const;

type Summarizing = (signal: AbortSignal) => Promise<Omit<Summary, 'at'> | undefined>;
type Answering = (signal: AbortSignal) => AsyncIterable<AnswerEvent>;

/** A session whose model answers as it is told, and everything that was kept of it. `moment` ends the wait before text is kept. */
function makeSession(
	answer: Answering,
	append?: () => Promise<void>,
	summarize: Summarizing = () => Promise.resolve(undefined),
	moment?: Promise<void>,
) {
	const kept: SessionRecord[] = [];
	const bugs: unknown[] = [];
	const noSummary: string[] = [];
	let id = 0;
	const session = new ChatSession(emptyConversation('s', '', 0), {
		journal: {
			append: async records => {
				kept.push(...records);
				await append?.();
			},
			close: records => void kept.push(...records),
		},
		answer: (_question, signal) => answer(signal),
		summarize: (_request, signal) => summarize(signal),
		now: () => 0,
		delay: (_ms, signal) => {
			const ended = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
			return moment ? Promise.race([moment, ended]) : ended;
		},
		newId: () => `t${++id}`,
		onBug: error => bugs.push(error),
		onNoSummary: error => noSummary.push(error.code),
	});
	const shown = () => pathOf(session.conversation).map(({ text }) => text);
	const last = () => pathOf(session.conversation).at(-1);
	return { session, kept, bugs, noSummary, shown, last };
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

	test('keeps text a moment after it arrived, though no more follows, and once', async () => {
		const { session, kept } = makeSession(
			async function* (signal) {
				yield begin;
				yield { type: 'text', text: 'Once ' };
				yield { type: 'text', text: 'upon' };
				if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve));
				yield { type: 'end', reason: 'cancelled' };
			},
			undefined,
			undefined,
			new Promise(resolve => setImmediate(resolve)),
		);
		const asked = session.send('A story', []);
		while (kept.length < 3) await new Promise(resolve => setImmediate(resolve));
		expect(kept.at(-1)).toMatchObject({ type: 'text', text: 'Once upon' });
		await session.end();
		await asked;
		expect(kept.map(({ type }) => type)).toEqual(['question', 'answer', 'text', 'end']);
		const read = kept.reduce(applyRecord, emptyConversation('s', '', 0));
		expect(pathOf(read).at(-1)).toMatchObject({ text: 'Once upon', state: 'stopped' });
	});

	test('what was written of an answer is kept when the window goes, as interrupted, not stopped', async () => {
		const { session, kept, shown } = makeSession(async function* (signal) {
			yield begin;
			yield { type: 'text', text: 'Once' };
			if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve));
			yield { type: 'end', reason: 'cancelled' };
		});
		const asked = session.send('A story', []);
		while (shown().at(-1) !== 'Once') await Promise.resolve();
		session.dispose();
		const read = kept.reduce(applyRecord, emptyConversation('s', '', 0));
		expect(pathOf(interruptAnswers(read)).at(-1)).toMatchObject({ text: 'Once', state: 'interrupted' });
		await asked;
		expect(kept.at(-1)).toMatchObject({ type: 'text' });
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

	test('shows what a model thinks while it thinks, and keeps it when it fails before a word', async () => {
		const shownThen: (string | undefined)[] = [];
		const { session, kept, last } = makeSession(async function* () {
			yield begin;
			for (const text of ['The moon ', 'pulls.']) {
				yield { type: 'reasoning', text };
				await Promise.resolve();
			}
			throw new GenerationError('network', 'gone');
		});
		session.onChange(change => {
			const turn = last();
			if (change.kind === 'reasoning' && turn?.kind === 'answer') shownThen.push(turn.reasoning);
		});
		await session.send('When?', []);
		expect(shownThen).toEqual(['The moon ', 'The moon pulls.']);
		expect(last()).toMatchObject({ state: 'failed', text: '', reasoning: 'The moon pulls.' });
		expect(kept.at(-1)).toMatchObject({ type: 'end', reasoning: 'The moon pulls.' });
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

describe('a summary of older turns', () => {
	const due = { prompt: { kind: 'chat', messages: [] }, maxTokens: 9, upTo: 't2' } as const;
	const made = { upTo: 't2', text: 'They spoke of tides.', model: 'tiny', device: 'cpu' };
	async function* answerWithDue(): AsyncGenerator<AnswerEvent> {
		await Promise.resolve();
		yield { ...begin, due, older: { turns: 3, summarized: 0, before: 't1' } };
		yield { type: 'text', text: 'Yes.' };
		yield { type: 'end', reason: 'stop' };
	}

	test('is made after the answer, kept, and there again when the conversation is read', async () => {
		const { session, kept, last } = makeSession(answerWithDue, undefined, () => Promise.resolve(made));
		await session.send('And then?', []);
		while (session.conversation.summaries.size === 0) await Promise.resolve();
		expect(kept.at(-1)).toEqual({ type: 'summary', ...made, at: 0 });
		expect(last()).toMatchObject({ older: { turns: 3, summarized: 0, before: 't1' } });
		const again = recordsOf(session.conversation).map(record => parseRecord(record)!);
		const read = again.reduce(applyRecord, emptyConversation('s', '', 0));
		expect(read.summaries).toEqual(session.conversation.summaries);
		expect(read.turns).toEqual(session.conversation.turns);
	});

	test('holds up nobody: the next question is asked while it is made, and no second one is begun', async () => {
		let finish: ((summary: typeof made) => void) | undefined;
		let begun = 0;
		const { session, shown } = makeSession(answerWithDue, undefined, () => {
			begun++;
			return new Promise(resolve => (finish = resolve));
		});
		await session.send('One?', []);
		await session.send('Two?', []);
		expect(shown()).toEqual(['One?', 'Yes.', 'Two?', 'Yes.']);
		expect(begun).toBe(1);
		finish?.(made);
		while (session.conversation.summaries.size === 0) await Promise.resolve();
	});

	test('that fails or is stopped leaves nothing behind', async () => {
		const failing = makeSession(answerWithDue, undefined, () => Promise.reject(new GenerationError('network', 'gone')));
		await failing.session.send('One?', []);
		await failing.session.end();
		expect(failing.noSummary).toEqual(['network']);
		const stopped = makeSession(answerWithDue, undefined, signal => {
			const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
			return aborted.then(() => made);
		});
		await stopped.session.send('One?', []);
		await stopped.session.end();
		for (const { kept, bugs } of [failing, stopped]) {
			expect(kept.at(-1)).toMatchObject({ type: 'end', state: 'complete' });
			expect(bugs).toEqual([]);
		}
	});
});
