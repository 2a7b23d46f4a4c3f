import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Score } from '../../src/generation';
import { never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';
import { readReferences } from '../helpers/references';

describe.each(['tiny-gqa', 'tiny-plain', 'tiny-code'])('%s scores a given text', name => {
	let engine: InProcessEngine;
	const { promptIds, continuation, continuationIds } = readReferences(name).find(one => one.stopId === null)!;
	beforeAll(async () => void (engine = await startInProcess(name)));
	afterAll(() => engine.dispose());
	const scoreOf = (text: string, signal = never): Promise<Score> =>
		engine.client.score({ prompt: { kind: 'tokens', ids: promptIds }, text, priority: 'idle' }, signal);

	test('with the probabilities it generated it with', async () => {
		let generated = 0;
		const request = requestFor(promptIds, { maxTokens: continuationIds.length });
		for await (const event of engine.client.generate(request, never))
			if (event.type === 'text') generated += event.logProbability;
		const { logProbability, tokens } = await scoreOf(continuation);
		expect(tokens).toBe(continuationIds.length);
		expect(logProbability).toBeLessThan(0);
		expect(logProbability).toBeCloseTo(generated, 3);
	});

	test('lower when another character stands in it', async () => {
		const changed = `${continuation.slice(0, 3)}\u00a7${continuation.slice(4)}`;
		expect((await scoreOf(changed)).logProbability).toBeLessThan((await scoreOf(continuation)).logProbability);
	});

	test('the same again, whatever was asked in between', async () => {
		const first = await scoreOf(continuation);
		await scoreOf('something else');
		expect((await scoreOf(continuation)).logProbability).toBeCloseTo(first.logProbability, 3);
	});

	test('as nothing when it is empty or not wanted any more', async () => {
		expect(await scoreOf('')).toEqual({ logProbability: 0, tokens: 0 });
		expect(await scoreOf(continuation, AbortSignal.abort())).toEqual({ logProbability: 0, tokens: 0 });
	});

	test('in part when it is cancelled on the way', async () => {
		const controller = new AbortController();
		const words = 'word '.repeat(30);
		const score = scoreOf(words, controller.signal);
		controller.abort();
		expect((await score).tokens).toBeLessThan(await engine.client.countTokens(words));
		expect((await scoreOf(continuation)).tokens).toBe(continuationIds.length);
	});

	test('not when it is longer than the context', async () => {
		await expect(scoreOf('word '.repeat(5000))).rejects.toMatchObject({ code: 'promptTooLong' });
	});
});
