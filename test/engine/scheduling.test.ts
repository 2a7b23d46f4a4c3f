import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GenerateEvent, type GenerateRequest } from '../../src/generation';
import { cpuMs } from '../helpers/cpuTime';
import { collect, never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';
import { readReferences } from '../helpers/references';

const references = readReferences('tiny-gqa').filter(one => one.stopId === null);
const [first, second] = [references[0]!, references[1]!];

let engine: InProcessEngine;
beforeAll(async () => void (engine = await startInProcess('tiny-gqa')));
afterAll(() => engine.dispose());

/** Collects an answer and notes when each of its events came, in the common order. */
async function note(name: string, request: GenerateRequest, journal: string[]): Promise<readonly number[]> {
	for await (const event of engine.client.generate(request, never)) {
		journal.push(name);
		if (event.type === 'done') return event.tokenIds;
	}
	return [];
}

/** How long it works on, in milliseconds of this process, which the engine runs in. */
async function untilIdle(): Promise<number> {
	const before = cpuMs();
	while (engine.client.pendingCalls > 0) await new Promise(resolve => setTimeout(resolve, 1));
	return cpuMs() - before;
}

/** A long request that no stop token ends early: sampling at a high temperature from a fixed seed. */
const long = (changes: Partial<GenerateRequest> = {}): GenerateRequest =>
	requestFor(first.promptIds, {
		maxTokens: 200,
		sampling: { temperature: 1.5, seed: 3 },
		priority: 'chat',
		...changes,
	});

describe('priorities', () => {
	test('a chat that waited for completions gives the same text as one that did not', async () => {
		const expected = await collect(engine.client.generate(long(), never));
		const tokens: number[] = [];
		let text = '';
		let interruptions = 0;
		for await (const event of engine.client.generate(long(), never)) {
			if (event.type === 'done') {
				tokens.push(...event.tokenIds);
				break;
			}
			text += event.text;
			if (text.length % 7 === 0 && interruptions < 10) {
				interruptions++;
				const { done } = await collect(
					engine.client.generate(requestFor(second.promptIds, { priority: 'typing' }), never),
				);
				expect(done.tokenIds).toEqual(second.continuationIds);
			}
		}
		expect(interruptions).toBeGreaterThan(3);
		expect(text).toBe(expected.text);
		expect(tokens).toEqual(expected.done.tokenIds);
	});

	test('typing overtakes a running chat, and a command overtakes an idle request', async () => {
		const journal: string[] = [];
		const chat = note('chat', long(), journal);
		while (journal.length < 3) await new Promise(resolve => setImmediate(resolve));
		const idle = note('idle', requestFor(second.promptIds, { priority: 'idle' }), journal);
		const typing = note('typing', requestFor(second.promptIds, { priority: 'typing' }), journal);
		expect(await typing).toEqual(second.continuationIds);
		expect(await idle).toEqual(second.continuationIds);
		await chat;
		expect(journal.lastIndexOf('typing')).toBeLessThan(journal.lastIndexOf('chat'));
		expect(journal.lastIndexOf('typing')).toBeLessThan(journal.indexOf('idle'));
		expect(journal.lastIndexOf('chat')).toBeLessThan(journal.indexOf('idle'));
	});

	test('requests of one priority are answered one after the other', async () => {
		const journal: string[] = [];
		const answers = ['one', 'two', 'three'].map(name => note(name, requestFor(second.promptIds), journal));
		for (const answer of await Promise.all(answers)) expect(answer).toEqual(second.continuationIds);
		expect(journal).toEqual(
			[...journal].sort((a, b) => ['one', 'two', 'three'].indexOf(a) - ['one', 'two', 'three'].indexOf(b)),
		);
	});
});

describe('cancelling', () => {
	test('1,000 times at random moments: nothing arrives after it, and the engine is idle within 300 ms', async () => {
		const random = mulberry(7);
		let late = 0;
		let slowestMs = 0;
		for (let round = 0; round < 100; round++) {
			const reads = Array.from({ length: 10 }, (_, index) => {
				const priority = (['typing', 'command', 'chat', 'idle'] as const)[index % 4]!;
				const prompt = [
					...first.promptIds,
					...Array.from({ length: Math.floor(random() * 300) }, () => 200 + Math.floor(random() * 300)),
				];
				return cancelAfter(
					requestFor(prompt, { priority, maxTokens: 100, sampling: { temperature: 2 } }),
					Math.floor(random() * 40),
				);
			});
			late += (await Promise.all(reads)).reduce((sum, count) => sum + count, 0);
			slowestMs = Math.max(slowestMs, await untilIdle());
		}
		expect(late).toBe(0);
		expect(slowestMs).toBeLessThan(300);
		const { done } = await collect(engine.client.generate(requestFor(second.promptIds), never));
		expect(done.tokenIds).toEqual(second.continuationIds);
	}, 120_000);

	test('keeps what was computed for the next request', async () => {
		const prompt = Array.from({ length: 400 }, (_, index) => 300 + (index % 200));
		const abort = new AbortController();
		const events: GenerateEvent[] = [];
		for await (const event of engine.client.generate(requestFor(prompt), abort.signal)) {
			events.push(event);
			abort.abort();
		}
		expect(events.at(-1)).toMatchObject({ type: 'done', reason: 'cancelled' });
		const { done } = await collect(engine.client.generate(requestFor([...prompt, 5]), never));
		expect(done.usage.reusedTokens).toBe(400);
	});

	/** Aborts after some turns of the event loop. The result is how many texts came after that. */
	async function cancelAfter(request: GenerateRequest, turns: number): Promise<number> {
		const abort = new AbortController();
		let late = 0;
		const reading = (async () => {
			for await (const event of engine.client.generate(request, abort.signal)) {
				if (abort.signal.aborted && event.type === 'text') late++;
				if (abort.signal.aborted && event.type === 'done') expect(event.reason).toBe('cancelled');
			}
		})();
		for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
		abort.abort();
		await reading;
		return late;
	}
});

describe('other calls', () => {
	test('counts tokens, also of a long text and while it generates', async () => {
		const generating = collect(engine.client.generate(long(), never));
		expect(await engine.client.countTokens('')).toBe(0);
		const one = await engine.client.countTokens('const x = 1;\n');
		expect(one).toBeGreaterThan(3);
		expect(await engine.client.countTokens('const x = 1;\n'.repeat(10_000))).toBe(one * 10_000);
		await generating;
	});
});

describe('the cache budget', () => {
	test('is kept, and what does not fit is computed again with the same result', async () => {
		const small = await startInProcess('tiny-gqa', 300_000);
		const prompts = Array.from({ length: 6 }, (_, index) => [
			...first.promptIds.slice(1),
			...first.promptIds.map(id => id + index),
		]);
		const ask = async (ids: readonly number[]): Promise<readonly number[]> =>
			(await collect(small.client.generate(requestFor(ids, { maxTokens: 8 }), never))).done.tokenIds;
		const once = [];
		for (const prompt of prompts) once.push(await ask(prompt));
		for (const [index, prompt] of prompts.entries()) expect(await ask(prompt)).toEqual(once[index]);
		small.dispose();
	});
});

/** A small random number generator, so that a failure can be repeated. */
function mulberry(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}
