import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { type DecodingPlan, type DecodingState, type ModelFamily } from '../../src/engine/families/family';
import { loadFamily } from '../../src/engine/families/loadFamily';
import { describeModel } from '../../src/engine/promptFormat';
import { loadTokenizer, readModelFiles } from '../../src/engine/tokenizer';
import { inspectModelFolder } from '../../src/models';
import { collect, never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';
import { familyModels, modelFolder, readReferences } from '../helpers/references';

const descriptions: Readonly<Record<string, string>> = {
	'tiny-t5': 'encoder-decoder (merged), KV cache growing',
	'tiny-bart': 'encoder-decoder (two decoder files), KV cache growing',
	'tiny-gpt': "decoder-only in GPT-2's layout, KV cache growing",
	'tiny-prefix-lm': 'prefix-LM, KV cache growing',
	'tiny-recurrent': 'recurrent encoder-decoder',
};

describe.each(familyModels)('%s', name => {
	let family: ModelFamily;
	let decoderStart: readonly number[];
	let engine: InProcessEngine;

	beforeAll(async () => {
		const folder = modelFolder(name);
		({ family } = await loadFamily(await inspectModelFolder(folder), { device: 'cpu', threads: 1 }, silentLog));
		const files = await readModelFiles(folder);
		({ decoderStart } = describeModel(files, loadTokenizer(files)));
		engine = await startInProcess(name);
	});
	afterAll(() => engine.dispose());

	test('is recognised by its config.json and its graphs', () => {
		expect(family.description).toBe(descriptions[name]);
	});

	test('answers with the tokens that PyTorch computed', async () => {
		for (const { promptIds, continuationIds, stopId } of readReferences(name)) {
			const request = requestFor(promptIds, { maxTokens: continuationIds.length + (stopId === null ? 0 : 1) });
			const { done } = await collect(engine.client.generate(request, never));
			expect(done.tokenIds).toEqual(continuationIds);
			expect(done.reason).toBe(stopId === null ? 'length' : 'stop');
		}
	});

	test('makes the same prompts of texts as the recipe, and answers them', async () => {
		for (const { task, text, to, promptIds, continuationIds } of readReferences(name).slice(0, 4)) {
			if (task === undefined || text === undefined || to === undefined) throw new Error('a reference without a task');
			const prompt = { kind: 'task', task, text, values: { language: to }, messages: [] } as const;
			const answer = await collect(
				engine.client.generate(requestFor([], { prompt, maxTokens: continuationIds.length }), never),
			);
			const plan = family.plan(promptIds, decoderStart);
			expect(answer.done.usage.promptTokens).toBe(plan.source.length + plan.ids.length);
			expect(answer.done.tokenIds).toEqual(continuationIds);
		}
	});

	test('computes the same with its cache as without', async () => {
		for (const { promptIds, continuationIds } of readReferences(name).slice(0, 3)) {
			const plan = family.plan(promptIds, decoderStart);
			const state = family.createState(plan);
			let cached = mostLikely(await state.forward(plan.ids));
			for (const [index, expected] of continuationIds.entries()) {
				const fresh = family.createState(plan);
				expect(mostLikely(await fresh.forward([...plan.ids, ...continuationIds.slice(0, index)]))).toBe(expected);
				expect(cached).toBe(expected);
				cached = mostLikely(await state.forward([expected]));
			}
		}
	});

	test('goes on from a copy and from a shortened state as from the beginning', async () => {
		const { promptIds, continuationIds } = readReferences(name)[0]!;
		const plan = family.plan(promptIds, decoderStart);
		const state = await stateAfter(plan, continuationIds.slice(0, -1));
		const half = Math.floor(continuationIds.length / 2);
		const copy = state.copy(plan.ids.length + half);
		state.truncate(plan.ids.length - 1);
		expect(mostLikely(await state.forward(plan.ids.slice(-1)))).toBe(continuationIds[0]);
		expect(mostLikely(await copy.forward([continuationIds[half]!]))).toBe(continuationIds[half + 1]);
	});

	test('asks the encoder, or fills the cache, once for the same prompt', async () => {
		const { promptIds, continuationIds } = readReferences(name)[0]!;
		const request = requestFor(promptIds, { maxTokens: 3 });
		await collect(engine.client.generate(request, never));
		const { done } = await collect(engine.client.generate(request, never));
		expect(done.tokenIds).toEqual(continuationIds.slice(0, 3));
		expect(done.usage.reusedTokens).toBeGreaterThanOrEqual(promptIds.length - 1);
	});

	test('ends when it is cancelled, and answers the next request', async () => {
		const { promptIds, continuationIds } = readReferences(name)[0]!;
		const abort = new AbortController();
		abort.abort();
		const { done, text } = await collect(engine.client.generate(requestFor(promptIds), abort.signal));
		expect(done.reason).toBe('cancelled');
		expect(text).toBe('');
		const again = await collect(engine.client.generate(requestFor(promptIds, { maxTokens: 2 }), never));
		expect(again.done.tokenIds).toEqual(continuationIds.slice(0, 2));
	});

	async function stateAfter(plan: DecodingPlan, ids: readonly number[]): Promise<DecodingState> {
		const state = family.createState(plan);
		await state.forward(plan.ids);
		for (const id of ids) await state.forward([id]);
		return state;
	}
});

function mostLikely(logits: Float32Array): number {
	return logits.reduce((best, value, id) => (value > logits[best]! ? id : best), 0);
}
