import {
	appendFileSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../../src/base';
import { loadFamily } from '../../src/engine/families/loadFamily';
import { Session } from '../../src/engine/runtime';
import { inspectModelFolder } from '../../src/models';
import { DataFile } from '../bench/peers/model/dataFile';
import { DecoderWriter } from '../bench/peers/model/decoder';
import { writeTextFiles } from '../bench/peers/model/folder';
import { type Shape } from '../bench/peers/model/shapes';
import { makeVocabulary } from '../bench/peers/model/vocabulary';
import { modelFolder } from '../helpers/references';

const shape: Shape = {
	name: 'tiny',
	layers: 1,
	width: 128,
	heads: 4,
	keyValueHeads: 2,
	feedForward: 128,
	vocabulary: 600,
	ropeTheta: 10_000,
	context: 128,
};

let root: string;
let folder: string;
let proofsFolder: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'inkling-proofs-'));
	folder = join(root, 'model');
	proofsFolder = join(root, 'proofs');
});
afterEach(() => {
	vi.restoreAllMocks();
	rmSync(root, { recursive: true, force: true });
});

/** A model as it is published, which gets a prepared graph. @returns its graph */
function writePublished(): string {
	mkdirSync(join(folder, 'onnx'), { recursive: true });
	const data = new DataFile(join(folder, 'onnx', 'model_q4.onnx_data'));
	const writer = new DecoderWriter(shape, 4, data);
	data.close();
	const file = join(folder, 'onnx', 'model_q4.onnx');
	writeFileSync(file, writer.graph('published'));
	writeTextFiles(folder, shape, makeVocabulary(shape.vocabulary));
	return file;
}

/** Loads the model. @returns what was loaded, and how often a graph was run for that */
async function load(how: 'keeps' | 'keeps nothing' = 'keeps'): Promise<{ description: string; runs: number }> {
	const [run, inPlace] = [vi.spyOn(Session.prototype, 'run'), vi.spyOn(Session.prototype, 'runInPlace')];
	const options = { device: 'cpu', threads: 1, ...(how === 'keeps' && { proofsFolder }) } as const;
	const { family } = await loadFamily(await inspectModelFolder(folder), options, silentLog);
	const { description } = family;
	const runs = run.mock.calls.length + inPlace.mock.calls.length;
	vi.restoreAllMocks();
	return { description, runs };
}

const onlyProof = (): string => join(proofsFolder, readdirSync(proofsFolder)[0]!);

describe('what was proven about a model', () => {
	test('is proven once', async () => {
		writePublished();
		const first = await load();
		expect(first.description).toContain('in place');
		expect(first.runs).toBeGreaterThan(0);
		expect(await load()).toEqual({ ...first, runs: 0 });
	});

	test('is proven at every load where nothing may be kept', async () => {
		writePublished();
		await load('keeps nothing');
		expect((await load('keeps nothing')).runs).toBeGreaterThan(0);
	});

	test('counts for a graph of standard operators, too', async () => {
		cpSync(modelFolder('tiny-plain'), folder, { recursive: true });
		const first = await load();
		expect(first.description).toContain('alternating');
		expect(await load()).toEqual({ ...first, runs: 0 });
	});

	test.each([
		['the graph', ''],
		['the weights', '_data'],
	])('is proven again when %s changed, also where the time was set back', async (_, ending) => {
		const file = writePublished() + ending;
		await load();
		const before = readFileSync(file);
		const old = new Date(2020, 1, 1);
		utimesSync(file, old, old);
		await load();
		writeFileSync(file, before);
		utimesSync(file, old, old);
		expect((await load()).runs).toBeGreaterThan(0);
		expect((await load()).runs).toBe(0);
	});

	test('does not bring a prepared graph into use that somebody changed', async () => {
		const target = writePublished().replace('.onnx', '.inkling.onnx');
		await load();
		const bytes = readFileSync(target);
		appendFileSync(target, 'x');
		expect((await load()).runs).toBeGreaterThan(0);
		expect(readFileSync(target).equals(bytes)).toBe(true);
	});

	test.each(['', '{}', '{"stamp":"x","graph":"../../other.onnx","cache":"in place"}', '[1]', 'null'])(
		'is proven again when the file says %j',
		async text => {
			writePublished();
			await load();
			writeFileSync(onlyProof(), text);
			const again = await load();
			expect(again.runs).toBeGreaterThan(0);
			expect(again.description).toContain('in place');
		},
	);

	test('is not asked for where it cannot be kept', async () => {
		writePublished();
		writeFileSync(proofsFolder, 'a file, no folder');
		expect((await load()).description).toContain('in place');
		expect((await load()).runs).toBeGreaterThan(0);
	});
});
