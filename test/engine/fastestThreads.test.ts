import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../../src/base';
import { loadWithFastestThreads } from '../../src/engine/families/fastestThreads';
import { Session } from '../../src/engine/runtime';
import { inspectModelFolder } from '../../src/models';
import { modelFolder } from '../helpers/references';

let proofsFolder: string;
beforeEach(() => void (proofsFolder = mkdtempSync(join(tmpdir(), 'inkling-threads-'))));
afterEach(() => {
	vi.restoreAllMocks();
	rmSync(proofsFolder, { recursive: true, force: true });
});

/** Loads the model and says with how many threads every session was made, the one that stays last. */
async function load(most: number): Promise<{ threads: number; tried: readonly number[] }> {
	const create = vi.spyOn(Session, 'create');
	const model = await inspectModelFolder(modelFolder('tiny-gqa'));
	const { threads, release, family } = await loadWithFastestThreads(model, { most, proofsFolder }, silentLog);
	const tried = create.mock.calls.map(([options]) => options.threads);
	create.mockRestore();
	expect(await family.createState(family.plan([3, 4], [])).forward([3, 4])).not.toHaveLength(0);
	await release();
	return { threads, tried };
}

const choiceFile = (): string =>
	join(
		proofsFolder,
		readdirSync(proofsFolder).find(name => name.includes('threads'))!,
	);

test('a model is tried with all threads and half of them once, and loaded with the faster number', async () => {
	const first = await load(2);
	expect(new Set(first.tried)).toEqual(new Set([1, 2]));
	expect(first.tried.at(-1)).toBe(first.threads);
	const second = await load(2);
	expect(second.tried).toEqual([first.threads]);
	expect(second.threads).toBe(first.threads);
});

test('what is kept counts for as many threads only as there were to choose from', async () => {
	await load(2);
	expect(new Set((await load(3)).tried)).toEqual(new Set([2, 3]));
});

test.each(['{', 'null', '{"threads":64}', '{"threads":-1,"stamp":"x"}'])(
	'a file that says %s is measured anew',
	async text => {
		await load(2);
		const kept = readFileSync(choiceFile(), 'utf8');
		writeFileSync(choiceFile(), text);
		expect((await load(2)).tried.length).toBeGreaterThan(1);
		expect(JSON.parse(readFileSync(choiceFile(), 'utf8'))).toHaveProperty(
			'stamp',
			(JSON.parse(kept) as { stamp: string }).stamp,
		);
	},
);
