import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { DecoderOnly } from '../../src/engine/families/decoderOnly';
import { type DecodingState } from '../../src/engine/families/family';
import { Session } from '../../src/engine/runtime';
import { inspectModelFolder } from '../../src/models';
import { modelFolder, readReferences, tinyModels } from '../helpers/references';

const expectedStrategy: Readonly<Record<string, string>> = { 'tiny-gqa': 'in place', 'tiny-code': 'in place' };

describe.each([...tinyModels, 'tiny-code'])('%s', name => {
	let session: Session;
	let decoder: DecoderOnly;
	let ordinary: DecoderOnly;

	beforeAll(async () => {
		const { config, graphs } = await inspectModelFolder(modelFolder(name));
		if (config.family !== 'decoder-only') throw new Error(`${name} is ${config.family}`);
		const graphFile = graphs.main;
		session = await Session.create({ graphFile, device: 'cpu', threads: 1 }, silentLog);
		decoder = await DecoderOnly.load(session, { config, graphFile, cache: 'in place' }, silentLog);
		ordinary = await DecoderOnly.load(session, { config, graphFile, cache: 'growing' }, silentLog);
	});
	afterAll(() => session.release());

	test('uses the best cache its graph allows', () => {
		expect(decoder.cacheStrategy).toBe(expectedStrategy[name] ?? 'growing');
		expect(ordinary.cacheStrategy).toBe('growing');
	});

	test('computes the tokens that PyTorch computed', async () => {
		for (const { promptIds, continuationIds, stopId } of readReferences(name)) {
			const expected = [...continuationIds, ...(stopId === null ? [] : [stopId])];
			expect(await greedy(decoder, promptIds, expected.length)).toEqual(expected);
		}
	});

	test('computes the same with every cache, chunk size and truncation', async () => {
		for (const { promptIds, continuationIds } of readReferences(name).slice(0, 3)) {
			const count = continuationIds.length;
			expect(await greedy(ordinary, promptIds, count, 5)).toEqual(continuationIds);
			expect(await greedy(decoder, promptIds, count, 3)).toEqual(continuationIds);
			for (const one of [decoder, ordinary])
				expect(await afterOtherWork(one, promptIds, count)).toEqual(continuationIds);
		}
	});

	test('computes the same in memory that another sequence has left', async () => {
		for (const { promptIds, continuationIds } of readReferences(name).slice(0, 3)) {
			const other = decoder.createState();
			await other.forward(Array.from({ length: 90 }, (_, index) => index + 3));
			other.dispose?.();
			expect(await greedy(decoder, promptIds, continuationIds.length)).toEqual(continuationIds);
		}
	});

	test('computes the same after a copy of nothing', async () => {
		const { promptIds, continuationIds } = readReferences(name)[0]!;
		const full = decoder.createState();
		await full.forward(promptIds);
		const state = full.copy(0);
		expect(mostLikely(await state.forward(promptIds))).toBe(continuationIds[0]);
		expect(full.length).toBe(promptIds.length);
	});

	test('computes the same without any cache', async () => {
		const { promptIds, continuationIds } = readReferences(name)[0]!;
		const ids = [...promptIds];
		for (const expected of continuationIds.slice(0, 12)) {
			const next = mostLikely(await decoder.createState().forward(ids));
			expect(next).toBe(expected);
			ids.push(next);
		}
	});
});

async function greedy(decoder: DecoderOnly, prompt: readonly number[], count: number, chunk = 1024): Promise<number[]> {
	return continueGreedily(decoder.createState(), { prompt, count, chunk });
}

async function continueGreedily(
	state: DecodingState,
	{ prompt, count, chunk }: { prompt: readonly number[]; count: number; chunk: number },
): Promise<number[]> {
	const ids: number[] = [];
	let next = -1;
	for (let at = state.length; at < prompt.length; at += chunk)
		next = mostLikely(await state.forward(prompt.slice(at, Math.min(prompt.length, at + chunk))));
	while (ids.push(next) < count) next = mostLikely(await state.forward([next]));
	return ids;
}

/** Half of the prompt, other tokens, back to the half, a copy of it, and only then the rest. */
async function afterOtherWork(decoder: DecoderOnly, prompt: readonly number[], count: number): Promise<number[]> {
	const half = Math.floor(prompt.length / 2);
	const state = decoder.createState();
	await state.forward(prompt.slice(0, half));
	await state.forward(Array.from({ length: 150 }, (_, index) => 300 + index));
	state.truncate(half);
	expect(state.length).toBe(half);
	const copy = state.copy(half - 1);
	await state.forward([5, 6, 7]);
	return continueGreedily(copy, { prompt, count, chunk: 4 });
}

function mostLikely(logits: Float32Array): number {
	return logits.reduce((best, value, id) => (value > logits[best]! ? id : best), 0);
}
