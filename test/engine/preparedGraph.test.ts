import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { inspectModelFolder, prepareGraph } from '../../src/models';
import { loadFamily } from '../../src/engine/families/loadFamily';
import { type ModelFamily } from '../../src/engine/families/family';
import { DataFile } from '../bench/peers/model/dataFile';
import { DecoderWriter } from '../bench/peers/model/decoder';
import { writeTextFiles } from '../bench/peers/model/folder';
import { type Shape } from '../bench/peers/model/shapes';
import { makeVocabulary } from '../bench/peers/model/vocabulary';

const shape: Shape = {
	name: 'tiny',
	layers: 2,
	width: 128,
	heads: 4,
	keyValueHeads: 2,
	feedForward: 256,
	vocabulary: 600,
	ropeTheta: 10_000,
	context: 256,
};

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'inkling-prepared-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A model as it is published: 4-bit weights in a file beside the graph, logits of all positions, no stop output. */
function writePublished(accuracyLevel: number): string {
	mkdirSync(join(folder, 'onnx'));
	const data = new DataFile(join(folder, 'onnx', 'model_q4.onnx_data'));
	const writer = new DecoderWriter(shape, 4, data);
	data.close();
	writeFileSync(join(folder, 'onnx', 'model_q4.onnx'), writer.graph('published', accuracyLevel));
	writeTextFiles(folder, shape, makeVocabulary(shape.vocabulary));
	return join(folder, 'onnx', 'model_q4.onnx');
}

async function load(): Promise<ModelFamily> {
	return (await loadFamily(await inspectModelFolder(folder), { device: 'cpu', threads: 1 }, silentLog)).family;
}

async function greedyTokens(family: ModelFamily, count: number): Promise<readonly number[]> {
	const state = family.createState(family.plan([5, 300, 42, 599, 17], []));
	const tokens: number[] = [];
	let logits = await state.forward([5, 300, 42, 599, 17]);
	while (tokens.length < count) {
		const best = logits.indexOf(Math.max(...logits));
		tokens.push(best);
		logits = await state.forward([best]);
	}
	return tokens;
}

describe('a published graph', () => {
	test('is prepared once, runs with its cache in place and gives the same tokens', async () => {
		const file = writePublished(4);
		const prepared = prepareGraph(file);
		expect(prepared?.changes).toEqual(['last logits only', 'KV cache in place']);
		// A verdict against it keeps the original in use.
		const target = file.replace('.onnx', '.inkling.onnx');
		mkdirSync(target);
		const original = await load();
		expect(original.description).toContain('growing');
		const expected = await greedyTokens(original, 24);
		rmSync(target, { recursive: true });
		const fast = await load();
		expect(fast.description).toContain('in place');
		expect(await greedyTokens(fast, 24)).toEqual(expected);
		expect(JSON.parse(readFileSync(`${target}.json`, 'utf8'))).toMatchObject({ accepted: true });
		expect(await greedyTokens(await load(), 24)).toEqual(expected);
	});

	test('that leaves the accuracy of its multiplications open is made faster only where the numbers stay close', async () => {
		const file = writePublished(0);
		expect(prepareGraph(file)).toMatchObject({ isExact: false });
		expect((await load()).description).toContain('in place');
		expect(JSON.parse(readFileSync(file.replace('.onnx', '.inkling.onnx.json'), 'utf8'))).toMatchObject({
			accepted: true,
		});
	});

	test('is not used in a prepared form that somebody changed', async () => {
		const file = writePublished(4);
		await load();
		const target = file.replace('.onnx', '.inkling.onnx');
		const bytes = readFileSync(target);
		writeFileSync(target, Buffer.concat([bytes, Buffer.from([0])]));
		expect((await load()).description).toContain('in place');
		expect(readFileSync(target).equals(bytes)).toBe(true);
	});

	test('whose weights are inside stays the only copy of them', async () => {
		cpSync(join(import.meta.dirname, '..', 'fixtures', 'models', 'tiny-plain'), folder, { recursive: true });
		const file = join(folder, 'onnx', 'model.onnx');
		const prepared = prepareGraph(file);
		expect(prepared?.changes).toEqual(['last logits only', 'no copies of the KV cache']);
		expect(prepared!.bytes.length).toBeLessThan(readFileSync(file).length / 3);
		const family = await load();
		expect(existsSync(file.replace('.onnx', '.inkling.onnx'))).toBe(true);
		expect(await greedyTokens(family, 5)).toHaveLength(5);
	});
});

test('the built-in model has nothing to gain', () => {
	const root = join(import.meta.dirname, '..', '..', 'models', 'inkling-code', 'onnx', 'model_int8.onnx');
	expect(prepareGraph(root)).toBeUndefined();
});
