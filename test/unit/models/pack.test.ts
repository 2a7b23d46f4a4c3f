import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
	comparePack,
	installedModels,
	lookAtPack,
	packNeed,
	packsIn,
	requireSoundPack,
	resolveModelFolder,
} from '../../../src/models';
import { readPackManifest } from '../../../src/models/pack/packManifest';
import { copyPack, flipBit, makeStandInPack } from '../../helpers/standInPack.mjs';

let scratch: string;
let original: string;
let folder: string;
let proofsFolder: string;
let round = 0;
beforeAll(() => {
	scratch = mkdtempSync(join(tmpdir(), 'inkling-pack-'));
	original = makeStandInPack(join(scratch, 'original'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => {
	const parent = join(scratch, String(++round));
	folder = copyPack(original, parent);
	proofsFolder = join(parent, 'proofs');
});

const shard = (): string => join(folder, 'onnx', 'model_q4.onnx_data_1');
const compare = (): ReturnType<typeof comparePack> => comparePack(folder, { proofsFolder });

function changeManifest(change: (manifest: Record<string, unknown>) => unknown): void {
	const file = join(folder, 'pack.json');
	writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)));
}

describe('the manifest of a pack', () => {
	test('names every file, the shards and the texts among them', async () => {
		const { manifest } = (await readPackManifest(folder))!;
		expect(manifest.id).toBe(basename(folder));
		const paths = manifest.files.map(({ path }) => path);
		for (const name of ['config.json', 'tokenizer.json', 'MODEL_CARD.md', 'LICENSE', 'NOTICE', 'onnx/model_q4.onnx'])
			expect(paths).toContain(name);
		expect(paths.filter(path => path.includes('_data_'))).toHaveLength(3);
	});

	const file = { path: 'config.json', bytes: 1, sha256: '0'.repeat(64) };
	test.each<readonly [string, (manifest: Record<string, unknown>) => unknown]>([
		['of another version', manifest => ({ ...manifest, format: 2 })],
		['of another folder', manifest => ({ ...manifest, id: 'something-else' })],
		['without files', manifest => ({ ...manifest, files: [] })],
		['with more files than any pack has', manifest => ({ ...manifest, files: Array(201).fill(file) as unknown })],
		['that names a file twice', manifest => ({ ...manifest, files: [file, file] })],
		['with a size below nothing', manifest => ({ ...manifest, files: [{ ...file, bytes: -1 }] })],
		['with half a checksum', manifest => ({ ...manifest, files: [{ ...file, sha256: '00' }] })],
		['that is a list', () => []],
		...[
			'../config.json',
			'/etc/passwd',
			'onnx/../config.json',
			'C:\\config.json',
			'a/config.json',
			'onnx/',
			'x.',
			'',
		].map(
			path =>
				[
					`that leads elsewhere: ${path}`,
					(manifest: Record<string, unknown>) => ({ ...manifest, files: [{ ...file, path }] }),
				] as const,
		),
	])('is not believed: one %s', async (_, change) => {
		changeManifest(change);
		await expect(readPackManifest(folder)).resolves.toBeUndefined();
		await expect(compare()).resolves.toEqual({ damage: { file: 'pack.json', problem: 'manifest' }, read: false });
	});

	test('is not even read when it is too large, or a link', async () => {
		changeManifest(manifest => ({ ...manifest, more: 'x'.repeat(300_000) }));
		await expect(readPackManifest(folder)).resolves.toBeUndefined();
		rmSync(join(folder, 'pack.json'));
		symlinkSync(join(original, 'pack.json'), join(folder, 'pack.json'));
		await expect(readPackManifest(folder)).resolves.toBeUndefined();
	});
});

describe('comparing a pack with its checksums', () => {
	test('reads everything once, and then only asks the file system', async () => {
		await expect(lookAtPack(folder, { proofsFolder })).resolves.toBeUndefined();
		await expect(compare()).resolves.toEqual({ damage: undefined, read: true });
		await expect(compare()).resolves.toEqual({ damage: undefined, read: false });
		await expect(lookAtPack(folder, { proofsFolder })).resolves.toEqual({ damage: undefined, read: false });
	});

	test('a flipped bit in a shard is found and remembered', async () => {
		flipBit(shard());
		const damage = { file: 'onnx/model_q4.onnx_data_1', problem: 'bytes' };
		await expect(compare()).resolves.toEqual({ damage, read: true });
		await expect(compare()).resolves.toEqual({ damage, read: false });
		await expect(requireSoundPack(folder, proofsFolder)).rejects.toMatchObject({
			code: 'badModel',
			message: expect.stringMatching(/model_q4\.onnx_data_1 has another sha256 .* install it again\.$/) as string,
		});
	});

	test('a file that changed is read again, even with the size and time that it had', async () => {
		await compare();
		const time = new Date('2020-01-01T00:00:00Z');
		flipBit(shard());
		utimesSync(shard(), time, time);
		await expect(compare()).resolves.toMatchObject({ damage: { problem: 'bytes' }, read: true });
		flipBit(shard());
		await expect(compare()).resolves.toEqual({ damage: undefined, read: true });
	});

	test('a missing file, a shorter one and a link are seen without reading', async () => {
		const bytes = readFileSync(shard());
		writeFileSync(shard(), bytes.subarray(1));
		await expect(lookAtPack(folder, { proofsFolder })).resolves.toMatchObject({ damage: { problem: 'size' } });
		rmSync(shard());
		await expect(lookAtPack(folder, { proofsFolder })).resolves.toMatchObject({ damage: { problem: 'missing' } });
		symlinkSync(join(original, 'onnx', 'model_q4.onnx_data_1'), shard());
		await expect(lookAtPack(folder, { proofsFolder })).resolves.toMatchObject({ damage: { problem: 'missing' } });
	});

	test('of those that want it at the same time one reads, and all know', async () => {
		const outcomes = await Promise.all([compare(), compare(), compare()]);
		expect(outcomes.map(({ damage }) => damage)).toEqual([undefined, undefined, undefined]);
		expect(outcomes.filter(({ read }) => read)).toHaveLength(1);
		expect(readdirSync(proofsFolder).filter(name => name.endsWith('.json'))).toHaveLength(1);
	});

	test('a proof that is damaged, or of another manifest, counts for nothing', async () => {
		await compare();
		const proof = join(
			proofsFolder,
			readdirSync(proofsFolder).find(name => name.endsWith('.json'))!,
		);
		writeFileSync(proof, '{"stamp":');
		await expect(compare()).resolves.toEqual({ damage: undefined, read: true });
		changeManifest(manifest => ({ ...manifest, more: 1 }));
		await expect(compare()).resolves.toEqual({ damage: undefined, read: true });
	});

	test('where nothing can be kept it is compared each time', async () => {
		writeFileSync(`${proofsFolder}-file`, '');
		for (const unusable of [undefined, `${proofsFolder}-file`]) {
			const how = { proofsFolder: unusable };
			await expect(comparePack(folder, how)).resolves.toEqual({ damage: undefined, read: true });
			await expect(comparePack(folder, how)).resolves.toEqual({ damage: undefined, read: true });
		}
	});

	test('a folder that is no pack passes', async () => {
		rmSync(join(folder, 'pack.json'));
		await requireSoundPack(folder, proofsFolder);
		expect(existsSync(proofsFolder)).toBe(false);
	});
});

describe('a pack among the models', () => {
	test('is found by its manifest, is no built-in model, and is listed where somebody vouches for it', async () => {
		const root = join(folder, '..');
		await expect(packsIn(root)).resolves.toEqual([folder]);
		await expect(packsIn(join(root, 'nowhere'))).resolves.toEqual([]);
		await expect(installedModels(root)).resolves.toEqual([]);
		const [model] = await installedModels(root, { pack: folder });
		expect(model).toMatchObject({ id: basename(folder), folder, origin: 'pack', roles: ['fill', 'task', 'chat'] });
	});

	test('has a name that the settings know it by, wherever it is', () => {
		expect(resolveModelFolder('stand-in', '/models', '/pack/models/stand-in')).toBe('/pack/models/stand-in');
		expect(resolveModelFolder('inkling-code', '/models', '/pack/models/stand-in')).toBe('/models/inkling-code');
	});

	test('says what it takes in memory', async () => {
		const small = await packNeed(folder);
		changeManifest(manifest => {
			const files = manifest.files as { path: string; bytes: number }[];
			return { ...manifest, files: files.map(one => (one.path.endsWith('_data_1') ? { ...one, bytes: 3e8 } : one)) };
		});
		// Weights count 1.2 times.
		expect((await packNeed(folder)) - small).toBeGreaterThan(3.5e8);
		expect(small).toBeGreaterThan(2.5e8);
	});
});
