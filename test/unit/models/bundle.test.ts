import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	exportBundle,
	fingerprintOf,
	importBundle,
	importFolder,
	newSigningKey,
	readBundle,
	type StoredModel,
} from '../../../src/models';
import { temporaryStore } from '../../helpers/downloads';
import { repositoryFiles } from '../../helpers/hubServer';
import { copyModel, writeExternalGraph } from '../../helpers/modelFolders';
import { modelFolder } from '../../helpers/references';

const never = new AbortController().signal;
const key = newSigningKey();

let here: ReturnType<typeof temporaryStore>;
let there: ReturnType<typeof temporaryStore>;
let model: StoredModel;
let file: string;
beforeEach(async () => {
	here = temporaryStore();
	there = temporaryStore();
	model = await importFolder(modelFolder('tiny-gqa'), here.store, ['fill'], never);
	file = join(here.root, 'model.tar');
});
afterEach(() => {
	here.dispose();
	there.dispose();
});

const take = (source = file): Promise<StoredModel> => importBundle(source, there.store, () => undefined, never);

describe('a folder', () => {
	test('is copied into the store with the sha256 of every file', async () => {
		expect(model.manifest).toMatchObject({
			repository: 'local/tiny-gqa',
			variant: 'full',
			source: 'folder',
			roles: ['fill'],
		});
		expect(model.folder).toBe(join(here.root, 'local', 'tiny-gqa-full'));
		await expect(here.store.verify(model)).resolves.toEqual([]);
		const graphOf = (folder: string): Buffer => readFileSync(join(folder, 'onnx', 'model.onnx'));
		expect(graphOf(model.folder).equals(graphOf(modelFolder('tiny-gqa')))).toBe(true);
	});

	test('that holds no model is not copied', async () => {
		await expect(importFolder(here.root, there.store, [], never)).rejects.toMatchObject({ code: 'badModel' });
		expect(await there.store.list()).toEqual([]);
	});

	test('with weights of an unusual name is not copied', async () => {
		const copy = copyModel();
		writeExternalGraph(join(copy.folder, 'onnx', 'model.onnx'), 'weights.bin');
		writeFileSync(join(copy.folder, 'onnx', 'weights.bin'), 'abcd');
		await expect(importFolder(copy.folder, there.store, [], never)).rejects.toMatchObject({ code: 'refusedName' });
		copy.dispose();
	});
});

describe('a bundle', () => {
	test('carries a model from one machine to another, and says who signed it', async () => {
		await exportBundle(model, key, file, never);
		const { manifest, signer } = await readBundle(file);
		expect(signer).toBe(fingerprintOf(key));
		expect(signer).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
		expect(manifest).toEqual(model.manifest);
		const taken = await take();
		expect(taken.manifest).toEqual(model.manifest);
		for (const [path, bytes] of repositoryFiles(model.folder))
			if (!path.startsWith('inkling-')) expect(repositoryFiles(taken.folder).get(path)?.equals(bytes), path).toBe(true);
	});

	test('is an ordinary tar', async () => {
		await exportBundle(model, key, file, never);
		const names = execFileSync('tar', ['tf', file], { encoding: 'utf8' }).trim().split('\n');
		expect(names).toEqual(['inkling-bundle.json', ...model.manifest.files.map(({ path }) => path)]);
	});

	test('of a damaged model is not made', async () => {
		const graph = join(model.folder, 'onnx', 'model.onnx');
		const bytes = readFileSync(graph);
		bytes[1000]! ^= 1;
		writeFileSync(graph, bytes);
		await expect(exportBundle(model, key, file, never)).rejects.toMatchObject({ code: 'corrupt' });
		expect(existsSync(file) || existsSync(`${file}.part`)).toBe(false);
	});

	test.each([
		['ends early', (path: string) => truncateSync(path, statSync(path).size - 100_000)],
		['is empty', (path: string) => truncateSync(path, 0)],
		['has one wrong bit in a file', (path: string) => flip(path, 200_000)],
		['has one wrong bit in its manifest', (path: string) => flip(path, 700)],
		['has one wrong bit in a header', (path: string) => flip(path, 10)],
		['is some other file', (path: string) => cpSync(join(modelFolder('tiny-gqa'), 'tokenizer.json'), path)],
		['claims a file outside', (path: string) => replace(path, 'onnx/model.onnx', '../../xx/m.onnx')],
	])('that %s is refused, and nothing is kept', async (_, damage) => {
		await exportBundle(model, key, file, never);
		damage(file);
		await expect(take()).rejects.toMatchObject({ code: 'corrupt' });
		expect(await there.store.list()).toEqual([]);
		expect([...repositoryFiles(there.root).keys()]).toEqual([]);
	});

	test('signed by somebody else over the same manifest has another fingerprint', async () => {
		await exportBundle(model, newSigningKey(), file, never);
		expect((await readBundle(file)).signer).not.toBe(fingerprintOf(key));
	});
});

function flip(path: string, at: number): void {
	const bytes = readFileSync(path);
	bytes[at]! ^= 1;
	writeFileSync(path, bytes);
}

function replace(path: string, from: string, to: string): void {
	expect(to).toHaveLength(from.length);
	writeFileSync(path, readFileSync(path, 'latin1').replaceAll(from, to), 'latin1');
}
