import fc from 'fast-check';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LineSpeeds, parseLineSpeed, warmLineLimitMs, type LineSpeed } from '../../../../src/backends';
import { type Device } from '../../../../src/generation';

const fast: LineSpeed = { warmLineMs: 200, promptTokensPerSecond: 250 };
const slow: LineSpeed = { warmLineMs: warmLineLimitMs * 2, promptTokensPerSecond: 60 };

let root: string;
let folder: string;
let threads: number | undefined;
let device: Device;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'inkling-speeds-'));
	folder = join(root, 'model');
	mkdirSync(folder);
	writeFileSync(join(folder, 'config.json'), '{}');
	threads = undefined;
	device = 'cpu';
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Another start of the editor on the same machine. */
const session = (): LineSpeeds =>
	new LineSpeeds({
		root: join(root, 'speeds'),
		entry: join(root, 'engine.js'),
		threads: () => threads,
		device: () => device,
	});

describe('a speed', () => {
	test('is measured once and known in the next session', async () => {
		expect(session().read(folder)).toBeUndefined();
		await session().add(folder, fast, 'cpu');
		expect(session().read(folder)).toMatchObject(fast);
	});

	test.each<[string, () => void]>([
		['the model', () => utimesSync(join(folder, 'config.json'), new Date(0), new Date(0))],
		['the number of threads', () => (threads = 3)],
		['the device', () => (device = 'webgpu')],
	])('is forgotten when %s changes', async (_, change) => {
		await session().add(folder, fast, 'cpu');
		change();
		expect(session().read(folder)).toBeUndefined();
	});

	test('that is slow is believed after three measurements: once may have been a busy moment', async () => {
		for (let times = 1; times <= 2; times++) {
			await session().add(folder, slow, 'cpu');
			expect(session().read(folder)).toBeUndefined();
		}
		await session().add(folder, slow, 'cpu');
		expect(session().read(folder)).toMatchObject(slow);
	});

	test('is the best that was measured', async () => {
		await session().add(folder, slow, 'cpu');
		expect(await session().add(folder, fast, 'cpu')).toMatchObject(fast);
		expect(session().read(folder)).toMatchObject(fast);
	});

	test('in a damaged file is as good as none, and no text makes reading throw', async () => {
		await session().add(folder, fast, 'cpu');
		const [name] = readdirSync(join(root, 'speeds'));
		writeFileSync(join(root, 'speeds', name!), '{"version":1,');
		expect(session().read(folder)).toBeUndefined();
		fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => void parseLineSpeed(text)));
	});
});
