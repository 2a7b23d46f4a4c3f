import { mkdtempSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requireMemory, weightBytes } from '../../src/engine/memoryCheck';
import { inspectModelFolder } from '../../src/models';
import { collect, never, requestFor, startInProcess } from '../helpers/inProcessEngine';
import { modelFolder } from '../helpers/references';
import { copyPack, flipBit, makeStandInPack } from '../helpers/standInPack.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'inkling-shards-'));
let original: string;
let folder: string;
let round = 0;
beforeAll(() => void (original = makeStandInPack(join(scratch, 'original'), { shards: 4 })));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => void (folder = copyPack(original, join(scratch, String(++round)))));

const shard = (index: number): string => join(folder, 'onnx', `model_q4.onnx_data_${index}`);

async function tokensOf(model: string): Promise<readonly number[]> {
	const engine = await startInProcess(model);
	const ids = Array.from({ length: 40 }, (_, index) => 300 + index * 7);
	const { done } = await collect(engine.client.generate(requestFor(ids, { maxTokens: 12 }), never));
	engine.dispose();
	return done.tokenIds;
}

describe('a graph with its weights in several files', () => {
	test('gives the tokens of the same graph in one file, and again from its second load on', async () => {
		const expected = await tokensOf(modelFolder('tiny-code'));
		expect(await tokensOf(folder)).toEqual(expected);
		expect(await tokensOf(folder)).toEqual(expected);
	});

	test('names all of them, and counts all of them as memory', async () => {
		const model = await inspectModelFolder(folder);
		const [outline] = [...model.outlines.values()];
		expect(outline!.externals.map(({ location }) => location)).toEqual(
			[0, 1, 2, 3].map(index => `model_q4.onnx_data_${index}`),
		);
		const before = await weightBytes(model);
		truncateSync(shard(3), 300e6);
		expect((await weightBytes(model)) - before).toBeGreaterThan(290e6);
		await expect(requireMemory(model, 400e6)).rejects.toMatchObject({ code: 'outOfMemory' });
		await requireMemory(model, 1e9);
	});

	test.each([
		['is missing', () => rmSync(shard(2))],
		['is too short', () => truncateSync(shard(2), 1000)],
		[
			'is a link',
			() => {
				rmSync(shard(2));
				symlinkSync(join(original, 'onnx', 'model_q4.onnx_data_2'), shard(2));
			},
		],
	])('is refused when one of them %s, whatever the manifest says', async (_, damage) => {
		rmSync(join(folder, 'pack.json'));
		damage();
		await expect(inspectModelFolder(folder)).rejects.toMatchObject({
			code: 'badModel',
			message: expect.stringContaining("'model_q4.onnx_data_2'") as string,
		});
	});

	test('is not loaded when one of them is not what the manifest says', async () => {
		flipBit(shard(2));
		await expect(startInProcess(folder)).rejects.toMatchObject({
			code: 'badModel',
			message: expect.stringContaining('model_q4.onnx_data_2') as string,
		});
	});
});
