import fc from 'fast-check';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseVerdict, VerdictFiles, type DeviceVerdict } from '../../../../src/backends';

const verdict: DeviceVerdict = {
	version: 1,
	folder: '/models/one',
	facts: { model: 'a', cpu: 'b', cores: 4, system: 'c', runtime: '1.30.0', threads: 0 },
	device: 'webgpu',
	devices: ['cpu', 'webgpu'],
	trials: [
		{ kind: 'measured', device: 'cpu', prefillMs: 100, decodeMs: 200 },
		{ kind: 'measured', device: 'webgpu', prefillMs: 20, decodeMs: 40 },
		{ kind: 'unusable', device: 'cuda', obstacle: 'librariesMissing', detail: 'Failed to load shared library' },
	],
};

let root: string;
let files: VerdictFiles;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'inkling-verdicts-'));
	files = new VerdictFiles(join(root, 'devices'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a verdict is remembered for its model and no other, in one whole file', async () => {
	expect(files.read('/models/one')).toBeUndefined();
	await files.write({ ...verdict, device: 'cpu' });
	await files.write(verdict);
	expect(files.read('/models/one')).toEqual(verdict);
	expect(files.read('/models/other')).toBeUndefined();
	expect(readdirSync(join(root, 'devices'))).toHaveLength(1);
});

test('a damaged file is as good as none', async () => {
	await files.write(verdict);
	const [name] = readdirSync(join(root, 'devices'));
	writeFileSync(join(root, 'devices', name!), JSON.stringify(verdict).slice(0, 100));
	expect(files.read('/models/one')).toBeUndefined();
});

test.each([
	['another version', { version: 2 }],
	['a device that does not exist', { device: 'abacus' }],
	['a device that was not tried', { device: 'dml' }],
	['a device that could not be used', { device: 'cuda' }],
	['a negative duration', { trials: [{ kind: 'measured', device: 'webgpu', prefillMs: -1, decodeMs: 0 }] }],
	['no facts', { facts: undefined }],
])('a file with %s is no verdict', (_, change) =>
	expect(parseVerdict(JSON.stringify({ ...verdict, ...change }))).toBeUndefined(),
);

test('no text at all makes it throw', () => {
	fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => void parseVerdict(text)));
});
