import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog, type Log } from '../../src/base';
import { DecoderGraph, CachedState } from '../../src/engine/families/decoderGraph';
import { readDecoderLayout } from '../../src/engine/families/decoderLayout';
import { distanceOf } from '../../src/engine/families/probe';
import { FloatForm, leastExpected } from '../../src/engine/floatForm';
import { multiplicationTimes, type MultiplicationTimes } from '../../src/engine/floatForm/multiplicationTimes';
import { Session } from '../../src/engine/runtime';
import { floatGraph } from '../../src/models';
import { type DecoderConfig } from '../../src/models';
import { DataFile } from '../bench/peers/model/dataFile';
import { DecoderWriter } from '../bench/peers/model/decoder';
import { type Shape } from '../bench/peers/model/shapes';

/** Blocks of 128 columns: 192 leave a short last one. */
const shape: Shape = {
	name: 'tiny',
	layers: 2,
	width: 192,
	heads: 6,
	keyValueHeads: 2,
	feedForward: 320,
	vocabulary: 600,
	ropeTheta: 10_000,
	context: 512,
};
const config = { family: 'decoder-only', vocabularySize: shape.vocabulary, contextTokens: 512 } as DecoderConfig;
const prompt = Array.from({ length: 200 }, (_, index) => (index * 37 + 11) % shape.vocabulary);

let folder: string;
let graphFile: string;
let sessions: Session[];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'inkling-float-'));
	graphFile = join(folder, 'model_q4.onnx');
	sessions = [];
	const data = new DataFile(join(folder, 'model_q4.onnx_data'));
	const writer = new DecoderWriter(shape, 8, data);
	data.close();
	writeFileSync(graphFile, writer.graph('engine'));
});
afterEach(async () => {
	for (const session of sessions) await session.release();
	rmSync(folder, { recursive: true, force: true });
});

async function open(graph?: Uint8Array): Promise<Session> {
	const session = await Session.create({ graphFile, graph, device: 'cpu', threads: 1 }, silentLog);
	sessions.push(session);
	return session;
}

async function load(): Promise<DecoderGraph> {
	const session = await open();
	return new DecoderGraph(session, readDecoderLayout(session, config, graphFile), graphFile);
}

function formOf(graph: DecoderGraph, times: MultiplicationTimes, log: Log = silentLog): FloatForm {
	const options = {
		graphFile,
		vocabularySize: shape.vocabulary,
		cache: 'in place' as const,
		open,
		times: () => Promise.resolve(times),
	};
	return new FloatForm(graph, options, log);
}

async function logitsAfter(graph: DecoderGraph): Promise<Float32Array> {
	const state = new CachedState(graph, graph.createCache('in place'));
	await state.forward(prompt);
	return (await state.forward([5])).slice();
}

const faster = { blocksMs: 2, floatsMs: 1 };
const hardlyFaster = { blocksMs: 1.1, floatsMs: 1 };

describe('a long prompt for a model of 8-bit blocks', () => {
	test('is read with 32-bit floats where those are faster, and the cache and what follows stay the same', async () => {
		const graph = await load();
		const expected = await logitsAfter(graph);
		await formOf(graph, faster).expect(leastExpected);
		expect(graph.manyTokensForm).toBeDefined();
		const distance = distanceOf(await logitsAfter(graph), expected);
		expect(distance).toBeLessThan(0.1);
		// Activations are not rounded any more, so the numbers are others: the form is what was used.
		expect(distance).toBeGreaterThan(0);
	});

	test('is read as before where 32-bit floats gain little', async () => {
		const graph = await load();
		await formOf(graph, hardlyFaster).expect(leastExpected);
		expect(graph.manyTokensForm).toBeUndefined();
	});

	test('waits for nothing when it is short', async () => {
		const graph = await load();
		await formOf(graph, faster).expect(leastExpected - 1);
		expect(graph.manyTokensForm).toBeUndefined();
	});

	test('is read as before when the weights in the file are not those that were loaded', async () => {
		const graph = await load();
		const descriptor = openSync(`${graphFile}_data`, 'r+');
		for (const { levels } of floatGraph(graphFile)!.matrices)
			writeSync(descriptor, Buffer.alloc(levels.length, 99), 0, levels.length, levels.offset);
		closeSync(descriptor);
		const warnings: string[] = [];
		await formOf(graph, faster, { ...silentLog, warn: message => warnings.push(message) }).expect(leastExpected);
		expect(graph.manyTokensForm).toBeUndefined();
		expect(warnings.join()).toContain('is not used');
	});

	test('is read as before when the file is gone', async () => {
		const graph = await load();
		rmSync(`${graphFile}_data`);
		await formOf(graph, faster).expect(leastExpected);
		expect(graph.manyTokensForm).toBeUndefined();
		expect((await logitsAfter(graph)).every(Number.isFinite)).toBe(true);
	});
});

test('every matrix but the head becomes an input of the graph', () => {
	const { matrices } = floatGraph(graphFile)!;
	expect(matrices).toHaveLength(shape.layers * 5);
	expect(matrices[0]).toMatchObject({ rows: 192 + 2 * 2 * 32, columns: 192, blockSize: 128 });
});

test('a graph of 4-bit blocks has no such form', () => {
	const data = new DataFile(`${graphFile}_data`);
	const writer = new DecoderWriter(shape, 4, data);
	data.close();
	writeFileSync(graphFile, writer.graph('engine'));
	expect(floatGraph(graphFile)).toBeUndefined();
});

test('both multiplications are timed on this processor', async () => {
	const times = await multiplicationTimes({ rows: 256, columns: 192, blockSize: 128 }, open);
	expect(times.blocksMs).toBeGreaterThan(0);
	expect(times.floatsMs).toBeGreaterThan(0);
	expect(Number.isFinite(times.blocksMs + times.floatsMs)).toBe(true);
});
