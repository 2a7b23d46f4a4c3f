import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog, type Disposable } from '../../src/base';
import { LocalEngine } from '../../src/backends';
import { type TextGenerator } from '../../src/generation';
import { buildEngine } from '../helpers/buildEngine';
import { collect, never, requestFor } from '../helpers/inProcessEngine';
import { modelFolder, readReferences } from '../helpers/references';
import { explainMissingGpu, hasSoftwareGpu, useSoftwareGpu } from '../helpers/softwareGpu';

explainMissingGpu();

describe.skipIf(!hasSoftwareGpu)('on a WebGPU device in software', () => {
	const engines: LocalEngine[] = [];
	let gpu: Disposable;
	let entry: string;

	beforeAll(async () => {
		gpu = useSoftwareGpu();
		entry = await buildEngine();
	});
	afterAll(() => {
		for (const engine of engines) engine.dispose();
		gpu.dispose();
	});

	function start(folder: string, log = silentLog): Promise<TextGenerator> {
		const load = { folder, device: 'webgpu', threads: 1, cacheBytes: 64 << 20 } as const;
		const engine = new LocalEngine({ entry, load: () => load, idleUnloadMs: 0, log });
		engines.push(engine);
		return engine.ready();
	}

	test.each(['tiny-plain', 'tiny-nopos'])(
		"%s answers with the tokens of the CPU's reference",
		async name => {
			const generator = await start(modelFolder(name));
			expect(generator.model).not.toHaveProperty('fallbackReason');
			expect(generator.model.device).toBe('webgpu');
			for (const { promptIds, continuationIds } of readReferences(name).slice(0, 2)) {
				const expected = continuationIds.slice(0, 8);
				const request = requestFor(promptIds, { maxTokens: expected.length, ngramCache: false });
				expect((await collect(generator.generate(request, never))).done.tokenIds).toEqual(expected);
			}
		},
		60_000,
	);

	test('keeps the KV cache of grouped-query attention on the device, through reuse, truncation and drafts', async () => {
		const messages: string[] = [];
		const note = (message: string): void => void messages.push(message);
		const generator = await start(modelFolder('tiny-qwen2-gqa'), { ...silentLog, info: note, warn: note });
		expect(messages.join('\n')).toContain('KV cache on the device');
		for (const { promptIds, continuationIds } of readReferences('tiny-qwen2-gqa').slice(0, 3)) {
			const request = requestFor(promptIds, { maxTokens: continuationIds.length });
			expect((await collect(generator.generate(request, never))).done.tokenIds).toEqual(continuationIds);
			// The same beginning and another end, then the first again.
			const other = requestFor([...promptIds.slice(0, -2), 5, 6, 7], { maxTokens: 4 });
			expect((await collect(generator.generate(other, never))).done.usage.reusedTokens).toBeGreaterThan(0);
			expect((await collect(generator.generate(request, never))).done.tokenIds).toEqual(continuationIds);
		}
	}, 120_000);

	test.each([
		['a family that only runs on the CPU', 'tiny-t5', 'only runs on the CPU'],
		['a cache of 16-bit numbers, which this device lacks,', 'tiny-qwen2', 'lacks 16-bit numbers'],
	])(
		'%s falls back to the CPU and says why',
		async (_, name, reason) => {
			const generator = await start(modelFolder(name));
			expect(generator.model.device).toBe('cpu');
			expect(generator.model.fallbackReason).toContain(reason);
			const { promptIds } = readReferences(name)[0]!;
			const { done } = await collect(generator.generate(requestFor(promptIds, { maxTokens: 4 }), never));
			expect(done.tokenIds.length).toBeGreaterThan(0);
		},
		60_000,
	);
});
