import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog, type Disposable, type Log } from '../../src/base';
import { type GenerateRequest } from '../../src/generation';
import { collect, never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';
import { largeVocabularyModel } from '../helpers/largeVocabulary';
import { readReferences, type Reference } from '../helpers/references';

/** Small networks exactly as published exports lay them out (models/recipe/conventions), and what loading says of each. */
const conventions: readonly (readonly [name: string, description: string])[] = [
	['tiny-qwen2', 'decoder-only, KV cache alternating'],
	['tiny-qwen2-gqa', 'decoder-only, KV cache in place'],
	['tiny-llama-128k', 'decoder-only, KV cache in place'],
	['tiny-gpt2-int32', "decoder-only in GPT-2's layout, KV cache growing"],
	['tiny-gpt2-merged', 'decoder-only (merged), KV cache growing, one token a run behind a past'],
	['tiny-t5-merged', 'encoder-decoder (merged), KV cache growing'],
	['tiny-marian', 'encoder-decoder (two decoder files), KV cache growing'],
	['tiny-m2m100', 'encoder-decoder (merged), KV cache growing'],
];

describe.each(conventions)('%s', (name, description) => {
	let engine: InProcessEngine | undefined;
	let large: ({ readonly folder: string } & Disposable) | undefined;
	const said: string[] = [];

	beforeAll(async () => {
		large = name === 'tiny-llama-128k' ? largeVocabularyModel() : undefined;
		engine = await startInProcess(large?.folder ?? name, 64 << 20, logTo(said));
	});
	afterAll(() => {
		engine?.dispose();
		large?.dispose();
	});

	test('is recognised for what it is', () => {
		expect(said.join('\n')).toContain(`${description}.`);
	});

	test("answers with the tokens of transformers' own generate()", async () => {
		const references = readReferences(name);
		expect(references).toHaveLength(5);
		for (const reference of references) {
			const { done } = await collect(engine!.client.generate(requestOf(name, reference), never));
			expect(done.tokenIds).toEqual(freeIds(name, reference));
		}
	});

	test('answers the same again, when a part of it is in the cache', async () => {
		const reference = readReferences(name)[0]!;
		const request = { ...requestOf(name, reference), maxTokens: 4 };
		const first = await collect(engine!.client.generate(request, never));
		const again = await collect(engine!.client.generate(request, never));
		expect(again.done.tokenIds).toEqual(first.done.tokenIds);
		expect(again.done.usage.reusedTokens).toBeGreaterThan(0);
		expect(first.done.tokenIds.slice(0, 3)).toEqual(freeIds(name, reference).slice(0, 3));
	});
});

/** Many-language models are asked for a translation, so that the language tokens are the engine's to find; others by ids. */
function requestOf(name: string, reference: Reference): GenerateRequest {
	const { promptIds, text = '', stopId } = reference;
	const request = requestFor(promptIds, { maxTokens: freeIds(name, reference).length + (stopId === null ? 0 : 1) });
	if (name !== 'tiny-m2m100') return request;
	return { ...request, prompt: { kind: 'task', task: 'translate', values: { language: 'zh-CN' }, text, messages: [] } };
}

/** What the model chose: transformers counts the language that is forced as the first token, too. */
function freeIds(name: string, { continuationIds }: Reference): readonly number[] {
	return name === 'tiny-m2m100' ? continuationIds.slice(1) : continuationIds;
}

const logTo = (said: string[]): Log => ({ ...silentLog, info: message => said.push(message) });
