import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { CachedState, DecoderGraph, type CacheStrategy } from '../../src/engine/families/decoderGraph';
import { readDecoderLayout } from '../../src/engine/families/decoderLayout';
import { loadFamily } from '../../src/engine/families/loadFamily';
import { Session } from '../../src/engine/runtime';
import { inspectModelFolder } from '../../src/models';
import { modelFolder } from '../helpers/references';

let folder: string;
let session: Session;
let graph: DecoderGraph;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'inkling-alternating-'));
	cpSync(modelFolder('tiny-plain'), folder, { recursive: true });
	const model = await inspectModelFolder(folder);
	const { family } = await loadFamily(model, { device: 'cpu', threads: 1 }, silentLog);
	expect(family.description).toBe('decoder-only, KV cache alternating');
	const graphFile = model.graphs.main.replace('.onnx', '.inkling.onnx');
	session = await Session.create({ graphFile, device: 'cpu', threads: 1 }, silentLog);
	if (model.config.family !== 'decoder-only') throw new Error('not a decoder');
	graph = new DecoderGraph(session, readDecoderLayout(session, model.config, graphFile), graphFile);
});
afterAll(async () => {
	await session.release();
	rmSync(folder, { recursive: true, force: true });
});

const ids = (count: number, seed: number): number[] =>
	Array.from({ length: count }, (_, index) => (index * 31 + seed * 17 + 5) % 200);

const stateOf = (cache: CacheStrategy): CachedState => new CachedState(graph, graph.createCache(cache));

/** Does the same with both caches and compares the logits after every step. */
async function compare(
	work: (state: CachedState, note: (logits: Float32Array) => void) => Promise<void>,
): Promise<void> {
	const rows = async (cache: CacheStrategy): Promise<readonly Float32Array[]> => {
		const found: Float32Array[] = [];
		await work(stateOf(cache), logits => found.push(logits.slice()));
		return found;
	};
	const [found, expected] = [await rows('alternating'), await rows('growing')];
	expect(found).toEqual(expected);
	expect(found.length).toBeGreaterThan(0);
}

describe('a graph of standard operators, with its cache in two sets of buffers', () => {
	test('gives the same numbers over many tokens, past the room it began with', () =>
		compare(async (state, note) => {
			note(await state.forward(ids(100, 1)));
			for (const id of ids(60, 2)) note(await state.forward([id]));
			note(await state.forward(ids(70, 3)));
			expect(state.length).toBe(230);
		}));

	test('and after it was shortened, to nothing too', () =>
		compare(async (state, note) => {
			await state.forward(ids(40, 1));
			state.truncate(17);
			note(await state.forward(ids(3, 2)));
			state.truncate(19);
			note(await state.forward(ids(1, 3)));
			state.truncate(0);
			note(await state.forward(ids(5, 4)));
		}));

	test('and in copies that go their own ways', () =>
		compare(async (state, note) => {
			await state.forward(ids(130, 1));
			const copy = state.copy(50);
			const whole = state.copy();
			note(await state.forward(ids(2, 2)));
			note(await copy.forward(ids(2, 3)));
			note(await whole.forward(ids(2, 2)));
			note(await state.forward(ids(1, 5)));
		}));

	test('counts the memory of both sets', async () => {
		const [two, one] = [stateOf('alternating'), stateOf('growing')];
		await two.forward(ids(120, 1));
		await one.forward(ids(120, 1));
		expect(two.bytes).toBeGreaterThanOrEqual(2 * one.bytes);
	});
});
