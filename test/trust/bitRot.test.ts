import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectModelFolder, type StoredModel } from '../../src/models';
import { draws } from '../helpers/draws';
import { hubAt, installFrom, temporaryStore } from '../helpers/downloads';
import { HubServer, repositoryFiles } from '../helpers/hubServer';
import { modelFolder } from '../helpers/references';

const repository = 'someone/tiny-gqa';
const files = repositoryFiles(modelFolder('tiny-gqa'));

let server: HubServer;
let place: ReturnType<typeof temporaryStore>;
let model: StoredModel;
beforeAll(async () => {
	server = await HubServer.start(repository, files);
	place = temporaryStore();
	model = await installFrom(place.store, hubAt(server.address), repository);
});
afterAll(async () => {
	await server.stop();
	place.dispose();
});

/** A file of the model and a byte in it, by number. */
function victim(index: number): { readonly path: string; readonly at: number; readonly bit: number } {
	const random = createHash('sha256').update(`victim ${index}`).digest();
	const { path, bytes } = model.manifest.files[random[0]! % model.manifest.files.length]!;
	return { path, at: random.readUInt32LE(1) % bytes, bit: 1 << (random[9]! % 8) };
}

const numbers = Array.from({ length: draws(8, 50) }, (_, index) => index);

test.each(numbers)('R12: a bit that flips on the way is found, %i', async index => {
	const { path, at, bit } = victim(index);
	const damaged = Buffer.from(files.get(path)!);
	damaged[at]! ^= bit;
	const bad = await HubServer.start(repository, files);
	// The listing tells the truth, the bytes do not.
	bad.misbehave = asked => {
		if (asked.path !== path || (asked.kind === 'resolve' && damaged.length >= 10_000)) return false;
		asked.response.writeHead(200, { 'content-length': String(damaged.length) }).end(damaged);
		return true;
	};
	const fresh = temporaryStore();
	await expect(installFrom(fresh.store, hubAt(bad.address), repository)).rejects.toMatchObject({ code: 'corrupt' });
	expect(await fresh.store.list()).toEqual([]);
	await bad.stop();
	fresh.dispose();
});

test.each(numbers)('R12: a bit that flips on the disk is found before the model is loaded, %i', async index => {
	const folder = join(place.root, 'copies', `copy-${index}`);
	cpSync(model.folder, folder, { recursive: true });
	await inspectModelFolder(folder);
	const { path, at, bit } = victim(index);
	const file = join(folder, path);
	const bytes = readFileSync(file);
	bytes[at]! ^= bit;
	writeFileSync(file, bytes);
	await expect(place.store.verify({ ...model, folder })).resolves.toEqual([path]);
	// A config.json that is no JSON any more is refused as that.
	await expect(inspectModelFolder(folder)).rejects.toMatchObject({
		code: expect.stringMatching(/^(badModel|unsupportedModel)$/) as string,
	});
});

test('R12: a whole model is right', async () => {
	await expect(place.store.verify(model)).resolves.toEqual([]);
	await expect(inspectModelFolder(model.folder)).resolves.toMatchObject({ variant: 'full' });
});
