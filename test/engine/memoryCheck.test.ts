import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { availableMemory, requireMemory } from '../../src/engine/memoryCheck';
import { inspectModelFolder, readGraphOutline } from '../../src/models';
import { modelFolder } from '../helpers/references';

const scratch = mkdtempSync(join(tmpdir(), 'inkling-memory-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('a model that fits is let through, and this machine has memory', async () => {
	await requireMemory(await inspectModelFolder(modelFolder('tiny-plain')), 150e6);
	await requireMemory(await inspectModelFolder(modelFolder('tiny-t5')), 150e6);
	expect(availableMemory()).toBeGreaterThan(150e6);
});

test('one that does not is refused with what it needs, what there is and what to do', async () => {
	const model = await inspectModelFolder(modelFolder('tiny-plain'));
	await expect(requireMemory(model, 50e6)).rejects.toMatchObject({
		code: 'outOfMemory',
		message: expect.stringMatching(
			/^'tiny-plain' needs about 10\d MB .* only 50 MB are free\. .* smaller model\.$/,
		) as string,
	});
});

test('every file of weights counts', async () => {
	const model = await inspectModelFolder(modelFolder('tiny-t5'));
	const large = join(scratch, 'large.onnx');
	// A graph with an unknown field of 60 MB behind it.
	writeFileSync(
		large,
		Buffer.concat([
			readFileSync(model.graphs.main),
			Buffer.from([0xa2, 0x06, 0x80, 0xce, 0xce, 0x1c]),
			Buffer.alloc(60_008_192),
		]),
	);
	const outlines = new Map(model.outlines).set(large, readGraphOutline(large));
	await expect(requireMemory({ ...model, outlines }, 150e6)).rejects.toMatchObject({
		code: 'outOfMemory',
	});
});

test('so does the cache of a long context', async () => {
	const model = await inspectModelFolder(modelFolder('tiny-plain'));
	if (model.config.family !== 'decoder-only') throw new Error('not a decoder');
	const config = { ...model.config, layers: 80, keyValueHeads: 8, headSize: 128, contextTokens: 131_072 };
	await expect(requireMemory({ ...model, config }, 2e9)).rejects.toMatchObject({ code: 'outOfMemory' });
	await requireMemory({ ...model, config: { ...config, contextTokens: 1024 } }, 2e9);
});
