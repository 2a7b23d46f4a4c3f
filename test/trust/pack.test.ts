import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TextGenerator } from '../../src/generation';
import { buildEngine } from '../helpers/buildEngine';
import { EngineWindow, type WindowOptions } from '../helpers/engineWindow';
import { collect, never, requestFor } from '../helpers/inProcessEngine';
import { copyPack, flipBit, makePackExtension } from '../helpers/standInPack.mjs';
import { writePackManifest } from '../harness/packFiles.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'inkling-pack-'));
const typing = {
	...requestFor([], { maxTokens: 8 }),
	prompt: { kind: 'continue', text: 'const total = ', extension: 'ts' },
} as const;
const question = {
	...requestFor([], { maxTokens: 8 }),
	prompt: { kind: 'chat', messages: [{ role: 'user', text: 'Hello' }] },
} as const;

let entry: string;
let original: string;
/** The pack of this test, in an installed extension. */
let folder: string;
let options: WindowOptions;
let freeMemory: number;
const windows: EngineWindow[] = [];
let round = 0;
beforeAll(async () => {
	entry = await buildEngine();
	original = makePackExtension(join(scratch, 'original'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => {
	const place = join(scratch, String(++round));
	const packRoot = join(place, 'inkling.inkling-models-1.0.0', 'models');
	folder = copyPack(original, packRoot);
	freeMemory = 7e9;
	options = { entry, packRoot, storage: join(place, 'storage'), freeMemory: () => freeMemory };
});
afterEach(() => windows.splice(0).forEach(window => window.dispose()));

function openWindow(changes: Partial<WindowOptions> = {}): EngineWindow {
	const window = new EngineWindow({ ...options, ...changes });
	windows.push(window);
	return window;
}

const shard = (): string => join(folder, 'onnx', 'model_q4.onnx_data_1');
const code = (error: unknown): unknown => (error as { code?: unknown }).code;

async function expectAnswer(generator: TextGenerator, model: string): Promise<void> {
	expect(generator.model.id).toBe(model);
	const { done } = await collect(generator.generate(model === 'stand-in' ? question : typing, never));
	expect(done.tokenIds.length).toBeGreaterThan(0);
}

/** The built-in models do what they do without a pack. */
async function expectBuiltIn({ engines }: EngineWindow): Promise<void> {
	await expectAnswer(await engines.completion(), 'inkling-code');
	expect((await engines.task('translate')).model.id).toBe('inkling-text');
	await expect(engines.chat()).rejects.toMatchObject({ code: 'unsupportedTask' });
	expect(engines.state.kind).not.toBe('failed');
}

/** Whether it completes too is a matter of its speed on this machine, see the tests of the handover. */
async function expectPack({ engines }: EngineWindow): Promise<void> {
	await expectAnswer(await engines.chat(), 'stand-in');
	expect((await engines.task('translate')).model.id).toBe('stand-in');
	expect(engines.roles.usablePack()).toBeDefined();
}

test('a pack that is whole does tasks and chats, from weights in several files, and no key waits for it', async () => {
	const window = openWindow();
	await expectAnswer(await window.engines.completion(), 'inkling-code');
	await window.pack.settled();
	await expectPack(window);
	expect(window.engines.roles.packObstacle).toBeUndefined();
});

test('missing pack: the built-in models go on, and one that is installed is used without a restart', async () => {
	rmSync(folder, { recursive: true });
	const window = openWindow();
	await expectBuiltIn(window);
	expect(window.engines.roles.packObstacle).toEqual({ kind: 'missing' });
	copyPack(original, options.packRoot);
	window.pack.refresh();
	await expectPack(window);
});

test('damaged shard: one bit is enough, it is said which file, and the built-in models go on', async () => {
	flipBit(shard());
	const window = openWindow();
	await expectBuiltIn(window);
	expect(window.engines.roles.packObstacle).toEqual({
		kind: 'damaged',
		folder,
		damage: { file: 'onnx/model_q4.onnx_data_1', problem: 'bytes' },
	});
	// Whoever chooses it by name is told why it is not loaded.
	window.settings.tasksModel = basename(folder);
	await expect(window.engines.task('translate')).rejects.toMatchObject({
		code: 'badModel',
		message: expect.stringContaining('model_q4.onnx_data_1') as string,
	});
});

test('a shard that is damaged after it was verified is refused by the engine, and the built-in models go on', async () => {
	const window = openWindow();
	await window.pack.settled();
	flipBit(shard());
	await expectBuiltIn(window);
	await expect
		.poll(() => window.engines.roles.packObstacle, { timeout: 60_000 })
		.toMatchObject({ kind: 'damaged', damage: { file: 'onnx/model_q4.onnx_data_1' } });
	expect(window.lines.join('\n')).toMatch(/Going on without the model pack\. badModel: .*model_q4\.onnx_data_1/);
});

test('1 GB of free memory: a pack of 300 MB leaves the rest to others, and comes when there is more', async () => {
	truncateSync(shard(), 290e6);
	writePackManifest(folder);
	freeMemory = 1e9;
	const window = openWindow();
	await expectBuiltIn(window);
	expect(window.engines.roles.packObstacle).toMatchObject({ kind: 'memory', availableBytes: 1e9 });
	freeMemory = 2e9;
	expect(window.engines.roles.packObstacle).toBeUndefined();
	expect(window.engines.roles.completion()).toBe(folder);
	// An explicit choice is not second-guessed.
	freeMemory = 1e9;
	window.settings.tasksModel = basename(folder);
	expect((await window.engines.task('translate')).model.id).toBe('stand-in');
});

test('two windows: the bytes are compared once, and both have the same process', async () => {
	const both = [openWindow({ shares: true }), openWindow({ shares: true })];
	await Promise.all(both.map(expectPack));
	const compared = both.flatMap(({ lines }) => lines.filter(line => line.startsWith('Compared ')));
	expect(compared).toHaveLength(1);
	if (process.platform === 'win32') return;
	const [one, other] = both.map(({ engines }) => engines.slots.find(folder)!.pid);
	expect(one).toBeGreaterThan(0);
	expect(other).toBe(one);
	// A window that is opened later knows already.
	const later = openWindow({ shares: true });
	await expect(later.pack.looked()).resolves.toMatchObject({ kind: 'sound' });
});

test('a pack whose files cannot be read is not used, with a reason', async () => {
	rmSync(join(folder, 'pack.json'));
	const window = openWindow();
	await expectBuiltIn(window);
	expect(code(await window.engines.chat().catch((error: unknown) => error))).toBe('unsupportedTask');
});
