import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { draws } from '../helpers/draws';
import { buildDownloader, runDownloader } from '../helpers/downloaderProcess';
import { hubAt, installFrom, temporaryStore } from '../helpers/downloads';
import { HubServer, repositoryFiles } from '../helpers/hubServer';
import { modelFolder } from '../helpers/references';

const repository = 'someone/tiny-gqa';
const tiny = repositoryFiles(modelFolder('tiny-gqa'));
/** Twenty files: the model and parts of weights beside it. */
const files = new Map([
	...tiny,
	...Array.from(
		{ length: 20 - tiny.size },
		(_, index) => [`onnx/model.onnx_data_${index + 1}`, randomBytes(400_000)] as const,
	),
]);
const totalBytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);

let script: string;
beforeAll(async () => {
	script = await buildDownloader();
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));

let server: HubServer;
let place: ReturnType<typeof temporaryStore>;
beforeEach(async () => {
	server = await HubServer.start(repository, files);
	server.bytesPerSecond = 4_000_000;
	place = temporaryStore();
});
afterEach(async () => {
	await server.stop();
	place.dispose();
});

const installed = (): string => join(place.root, 'someone', 'tiny-gqa-full');
const args = (): readonly string[] => [server.address, repository, place.root];

/** Leaves half of a download behind. */
async function beginAndStop(): Promise<void> {
	const stop = new AbortController();
	const begun = installFrom(place.store, hubAt(server.address), repository, {
		signal: stop.signal,
		onProgress: () => server.servedBytes > totalBytes / 2 && stop.abort(),
	});
	await expect(begun).rejects.toThrow(/abort/i);
}

function expectRightFiles(folder: string | undefined): void {
	expect(folder).toBe(installed());
	const found = repositoryFiles(folder!);
	for (const [path, bytes] of files)
		if (!path.endsWith('README.md')) expect(found.get(path)?.equals(bytes), path).toBe(true);
}

/** Pseudo-random, so that a failure can be run again. */
function* moments(seed: string): Generator<number, never> {
	for (let index = 0; ; index++)
		yield 250 + (createHash('sha256').update(`${seed} ${index}`).digest().readUInt16LE() % 500);
}

describe('R10: downloads resume', () => {
	test.each(Array.from({ length: draws(1, 5) }, (_, index) => index + 1))(
		'20 files, killed at random, run %i: every byte right, hardly one fetched twice, nothing visible before',
		async run => {
			let kills = 0;
			for (const moment of moments(`run ${run}`)) {
				const folder = await runDownloader(script, args(), kills < 8 ? moment : undefined);
				if (folder !== undefined) {
					expectRightFiles(folder);
					break;
				}
				kills++;
				// The kill may have come after the last step; what is visible is whole in any case.
				if (existsSync(installed())) expectRightFiles(installed());
			}
			expect(kills).toBeGreaterThan(1);
			expect(server.servedBytes / totalBytes).toBeLessThanOrEqual(1.05);
		},
	);

	test('a download that was cancelled goes on where it was', async () => {
		await beginAndStop();
		expect(await place.store.keptBytes({ repository, variant: 'full' })).toBeGreaterThan(totalBytes / 3);
		await installFrom(place.store, hubAt(server.address), repository);
		expectRightFiles(installed());
		expect(server.servedBytes / totalBytes).toBeLessThanOrEqual(1.05);
		expect(await place.store.keptBytes({ repository, variant: 'full' })).toBe(0);
	});

	test('what was begun can be thrown away', async () => {
		await beginAndStop();
		await place.store.discard({ repository, variant: 'full' });
		expect(await place.store.keptBytes({ repository, variant: 'full' })).toBe(0);
	});
});

describe('R9: two windows, one transfer', () => {
	test('two processes that install the same model fetch it once', async () => {
		const both = await Promise.all([runDownloader(script, args()), runDownloader(script, args())]);
		both.forEach(expectRightFiles);
		// Both look at the repository; the bytes of the graph and the weights come once.
		expect(server.servedBytes / totalBytes).toBeLessThanOrEqual(1.05);
	});

	test('the second goes on when the first is killed', async () => {
		const first = runDownloader(script, args(), 700);
		const second = runDownloader(script, args());
		expect(await first).toBeUndefined();
		expectRightFiles(await second);
		expect(server.servedBytes / totalBytes).toBeLessThanOrEqual(1.05);
	});

	test('the second window sees how far the first is', async () => {
		const first = runDownloader(script, args());
		await expect.poll(() => server.servedBytes, { timeout: 20_000 }).toBeGreaterThan(totalBytes / 10);
		const seen: number[] = [];
		await installFrom(place.store, hubAt(server.address), repository, {
			onProgress: ({ doneBytes }) => seen.push(doneBytes),
		});
		await first;
		expect(seen.length).toBeGreaterThan(0);
		expect(Math.max(...seen)).toBeGreaterThan(0);
		expect(server.servedBytes / totalBytes).toBeLessThanOrEqual(1.05);
	});
});

test('unfinished downloads can be deleted, but not one that is under way', async () => {
	await beginAndStop();
	expect(await place.store.unfinishedBytes()).toBeGreaterThan(0);
	await place.store.discardUnfinished();
	expect(await place.store.unfinishedBytes()).toBe(0);
	const running = runDownloader(script, args());
	await expect.poll(() => place.store.unfinishedBytes(), { timeout: 20_000 }).toBeGreaterThan(totalBytes / 10);
	await place.store.discardUnfinished();
	expectRightFiles(await running);
});

test('nothing but models is left behind', async () => {
	await installFrom(place.store, hubAt(server.address), repository);
	expect(readdirSync(place.root).sort()).toEqual(['.transfers', 'someone']);
	expect(repositoryFiles(join(place.root, '.transfers')).size).toBe(0);
});
