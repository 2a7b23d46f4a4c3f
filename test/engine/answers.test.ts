import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GenerateEvent } from '../../src/generation';
import { collect, never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';
import { readReferences, tinyModels } from '../helpers/references';

const decoders = [...tinyModels, 'inkling-code'];

describe.each([...decoders, 'inkling-text'])('%s', name => {
	let engine: InProcessEngine;
	beforeAll(async () => void (engine = await startInProcess(name)));
	afterAll(() => engine.dispose());

	test('answers with the tokens and the text that PyTorch gave', async () => {
		for (const { promptIds, continuationIds, continuation, stopId } of readReferences(name)) {
			const maxTokens = continuationIds.length + (stopId === null ? 0 : 5);
			const { text, done } = await collect(engine.client.generate(requestFor(promptIds, { maxTokens }), never));
			expect(done.tokenIds).toEqual(continuationIds);
			expect(done.reason).toBe(stopId === null ? 'length' : 'stop');
			expect(text).toBe(continuation);
		}
	});

	// What an encoder read can only be reused whole: families.test.ts.
	test.runIf(decoders.includes(name))('reuses what it computed and answers the same', async () => {
		const { promptIds, continuationIds } = readReferences(name)[0]!;
		const shared = Math.min(10, promptIds.length);
		const other = [...promptIds.slice(0, shared), 100, 101, 102, 103];
		const fresh = await startInProcess(name);
		const cold = await collect(fresh.client.generate(requestFor(other), never));
		fresh.dispose();
		await collect(engine.client.generate(requestFor(promptIds), never));
		const warm = await collect(engine.client.generate(requestFor(other), never));
		expect(cold.done.usage.reusedTokens).toBe(0);
		expect(warm.done.usage.reusedTokens).toBe(shared);
		expect(warm.done.tokenIds).toEqual(cold.done.tokenIds);
		const again = await collect(
			engine.client.generate(requestFor(promptIds, { maxTokens: continuationIds.length }), never),
		);
		expect(again.done.tokenIds).toEqual(continuationIds);
	});
});

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

describe('an answer', () => {
	let engine: InProcessEngine;
	const { promptIds, continuation, continuationIds } = readReferences('tiny-gqa').find(one => one.stopId === null)!;
	beforeAll(async () => void (engine = await startInProcess('tiny-gqa')));
	afterAll(() => engine.dispose());
	const ask = (changes: Parameters<typeof requestFor>[1]) =>
		collect(engine.client.generate(requestFor(promptIds, changes), never));

	test('arrives token by token', async () => {
		const events: GenerateEvent[] = [];
		for await (const event of engine.client.generate(requestFor(promptIds), never)) events.push(event);
		expect(events.length).toBeGreaterThan(10);
		for (const event of events) if (event.type === 'text') expect(event.logProbability).toBeLessThanOrEqual(0);
	});

	test('has as many tokens as it may have', async () => {
		for (const maxTokens of [0, 1, 7]) {
			const { done } = await ask({ maxTokens });
			expect(done).toMatchObject({ reason: 'length', usage: { newTokens: maxTokens, promptTokens: promptIds.length } });
			expect(done.tokenIds).toEqual(continuationIds.slice(0, maxTokens));
		}
	});

	test('ends before a stop string, wherever its tokens begin', async () => {
		for (let start = 3; start + 6 < continuation.length; start += 5) {
			const stop = continuation.slice(start, start + 4);
			const { text, done } = await ask({ stop: ['never there', stop] });
			expect(text).toBe(continuation.slice(0, continuation.indexOf(stop)));
			expect(done.reason).toBe('stop');
		}
	});

	test('ends when its time is over, with what is there', async () => {
		let clock = 0;
		const timed = await startInProcess('tiny-gqa', undefined, undefined, () => clock++);
		const request = requestFor(promptIds, { maxTokens: continuationIds.length, timeLimitMs: 20 });
		const { done } = await collect(timed.client.generate(request, never));
		timed.dispose();
		expect(done.reason).toBe('length');
		expect(done.usage.newTokens).toBeGreaterThan(0);
		expect(done.usage.newTokens).toBeLessThan(continuationIds.length);
		expect(done.tokenIds).toEqual(continuationIds.slice(0, done.usage.newTokens));
	});

	test('is the same for the same seed and another for another', async () => {
		const sampled = async (seed: number): Promise<readonly number[]> =>
			(await ask({ sampling: { temperature: 1, seed } })).done.tokenIds;
		expect(await sampled(1)).toEqual(await sampled(1));
		expect(await sampled(1)).not.toEqual(await sampled(2));
	});

	test('ends at the end of the context', async () => {
		const ids = Array.from({ length: 505 }, (_, index) => promptIds[index % promptIds.length]!);
		const { done } = await collect(engine.client.generate(requestFor(ids, { maxTokens: 100 }), never));
		expect(done.usage.newTokens).toBeLessThanOrEqual(engine.model.contextTokens - ids.length);
	});

	test.each([
		['a prompt longer than the context', Array.from({ length: 600 }, () => 5), 'promptTooLong'],
		['an empty prompt', [], 'badRequest'],
		['a token that does not exist', [5, 999_999], 'badRequest'],
	])('is refused for %s', async (_, ids, code) => {
		await expect(collect(engine.client.generate(requestFor(ids), never))).rejects.toMatchObject({ code });
		expect((await ask({ maxTokens: 4 })).done.tokenIds).toEqual(continuationIds.slice(0, 4));
	});

	test('goes on inside a word with the rest of the word', async () => {
		const results: boolean[] = [];
		const ask = async (text: string): Promise<string> =>
			(
				await collect(
					engine.client.generate(
						{ ...requestFor([], { maxTokens: 12 }), prompt: { kind: 'continue', text, extension: 'ts' } },
						never,
					),
				)
			).text;
		for (const { kind, text = '', continuation: expected } of readReferences('tiny-gqa')) {
			const word = /^[A-Za-z]{4,}/.exec(expected)?.[0];
			if (kind !== 'continue' || word === undefined) continue;
			for (let typed = 1; typed < word.length; typed++)
				results.push((await ask(text + word.slice(0, typed))).startsWith(word.slice(typed)));
		}
		// Not all: after some letters another word may be likelier than the one that came without them.
		expect(results.length).toBeGreaterThan(10);
		expect(results.filter(goesOn => goesOn).length / results.length).toBeGreaterThan(0.9);
	});

	test('never splits a character', async () => {
		const seeds = Array.from({ length: 40 }, (_, seed) => seed);
		for (const seed of seeds)
			for await (const event of engine.client.generate(
				requestFor(promptIds, { maxTokens: 40, sampling: { temperature: 3, seed } }),
				never,
			))
				if (event.type === 'text') expect(event.text).not.toMatch(loneSurrogate);
	});
});
