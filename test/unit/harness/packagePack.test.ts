import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makePackPackage, packExtensionId } from '../../harness/packagePack.mjs';
import { findWholePack, verifiedFiles, writePackManifest, type FoundPack } from '../../harness/packFiles.mjs';
import { copyPack, flipBit, makeStandInPack } from '../../helpers/standInPack.mjs';
import { zipEntries } from '../../helpers/zipEntries';

const root = resolve(import.meta.dirname, '../../..');
const scratch = mkdtempSync(join(tmpdir(), 'inkling-package-'));
let original: string;
let models: string;
let folder: string;
let round = 0;
beforeAll(() => void (original = makeStandInPack(join(scratch, 'original'))));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => {
	models = join(scratch, String(++round), 'models');
	folder = copyPack(original, models);
});

const pack = (): FoundPack => findWholePack(models)!;
const shard = (): string => join(folder, 'onnx', 'model_q4.onnx_data_1');

describe('the package of the model pack', () => {
	// Each package starts vsce, which takes seconds of processor time.
	const timeout = 600_000;
	let vsix: string;
	beforeAll(async () => {
		folder = copyPack(original, join(scratch, 'packaged', 'models'));
		models = join(scratch, 'packaged', 'models');
		vsix = await makePackPackage(pack(), { folder: join(scratch, 'packaged') });
	}, timeout);

	test('holds the files of the manifest and texts about them, and no code', () => {
		const entries = zipEntries(vsix);
		const own = [...entries.keys()].filter(name => name.startsWith('extension/')).map(name => name.slice(10));
		const texts = ['LICENSE.txt', 'NOTICE', 'icon.png', 'package.json', 'package.nls.json', 'package.nls.zh-cn.json'];
		const model = verifiedFiles(pack()).map(path => `models/${basename(original)}/${path}`);
		expect(own.sort()).toEqual([...texts, 'readme.md', ...model].sort());
		for (const [name, bytes] of entries)
			if (name.includes('_data_'))
				expect(bytes.equals(readFileSync(join(original, 'onnx', basename(name)))), name).toBe(true);
	});

	test('is an extension that is installed where the engine runs, for every platform', () => {
		const entries = zipEntries(vsix);
		const manifest = JSON.parse(entries.get('extension/package.json')!.toString()) as Record<string, unknown>;
		expect(`${String(manifest.publisher)}.${String(manifest.name)}`).toBe(packExtensionId());
		expect(manifest).toMatchObject({ extensionKind: ['workspace'], icon: 'icon.png' });
		for (const key of ['main', 'browser', 'activationEvents', 'contributes', 'scripts'])
			expect(manifest).not.toHaveProperty(key);
		expect(entries.get('extension.vsixmanifest')!.toString()).not.toContain('TargetPlatform');
		const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
		expect(manifest.engines).toEqual(own.engines);
		expect(own.extensionKind).toEqual(manifest.extensionKind);
	});

	test(
		'has the same bytes every time, and is not made again where that is not asked for',
		async () => {
			const first = readFileSync(vsix);
			renameSync(vsix, `${vsix}.first`);
			const place = { folder: join(scratch, 'packaged') };
			const again = await makePackPackage(pack(), place);
			expect(readFileSync(again).equals(first)).toBe(true);
			const { mtimeMs } = statSync(again);
			expect(statSync(await makePackPackage(pack(), { ...place, reuse: true })).mtimeMs).toBe(mtimeMs);
		},
		timeout,
	);

	test(
		'is none when it is too large, and says what is in it',
		async () => {
			const place = { folder: join(scratch, 'too-large'), maxMegabytes: 1 };
			await expect(makePackPackage(pack(), place)).rejects.toThrow(/at most 1 MB are allowed[^]*model_q4\.onnx_data_0/);
		},
		timeout,
	);
});

describe('a pack that cannot be packaged', () => {
	test('is passed over while files are missing', () => {
		expect(pack().id).toBe(basename(original));
		rmSync(shard());
		expect(findWholePack(models)).toBeUndefined();
		expect(findWholePack(join(models, 'onnx'))).toBeUndefined();
	});

	test('is refused with the file that is damaged, too large, or does not belong into it', () => {
		flipBit(shard());
		expect(() => verifiedFiles(pack())).toThrow(/model_q4\.onnx_data_1 is not what pack\.json says/);
		truncateSync(shard(), 96e6);
		writePackManifest(folder);
		expect(() => verifiedFiles(pack())).toThrow(/model_q4\.onnx_data_1 has more than 95 MB/);
		truncateSync(shard(), 1000);
		const manifest = writePackManifest(folder);
		writeFileSync(join(folder, 'onnx', 'run.js'), '1');
		const files = [...manifest.files, { path: 'onnx/run.js', bytes: 1, sha256: '0'.repeat(64) }];
		writeFileSync(join(folder, 'pack.json'), JSON.stringify({ ...manifest, files }));
		expect(() => verifiedFiles(pack())).toThrow(/run\.js does not belong into a pack/);
		writeFileSync(join(folder, 'pack.json'), JSON.stringify({ ...manifest, id: 'another' }));
		expect(() => verifiedFiles(pack())).toThrow(/pack\.json is not of this pack/);
	});
});
