import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChatHistory } from '../../src/history';
import { crc32 } from '../../src/history/crc32';
import { draws } from '../helpers/draws';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'inkling-chats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const history = (): ChatHistory => new ChatHistory(folder, () => 0);

describe('R6: a chat is durable', () => {
	let script: string;
	beforeAll(async () => {
		script = join(folder, 'chatWriter.cjs');
		await build({
			absWorkingDir: join(import.meta.dirname, '..', '..'),
			entryPoints: ['test/helpers/chatWriter.main.ts'],
			bundle: true,
			platform: 'node',
			format: 'cjs',
			target: 'node20',
			outfile: script,
			logLevel: 'warning',
		});
	});

	/** Kills the writer after it said so many, and a little later; returns the numbers that it said were kept. */
	function killAfter(said: number, delayMs: number): Promise<readonly string[]> {
		const child = spawn(process.execPath, [script, folder, 'killed'], { stdio: ['ignore', 'pipe', 'inherit'] });
		let output = '';
		let isDying = false;
		child.stdout.on('data', data => {
			output += String(data);
			if (isDying || output.split('\n').length <= said) return;
			isDying = true;
			setTimeout(() => child.kill('SIGKILL'), delayMs);
		});
		return new Promise((resolve, reject) => {
			child.on('error', reject);
			// What was said without its line end was not said.
			child.on('close', () => resolve(output.split('\n').slice(0, -1)));
		});
	}

	test('nothing that was said to be kept is lost when the writer is killed', async () => {
		const kept = new Set<string>();
		for (let kill = 0; kill < draws(10, 200); kill++) {
			for (const number of await killAfter(1 + (kill % 7), kill % 11)) kept.add(number);
			const { conversation, health } = await history().open('killed');
			expect(['whole', 'torn']).toContain(health);
			for (const number of kept) {
				const text = conversation.turns.get(`q${number}`)?.text;
				expect(text).toBe(`${number} ${'tide '.repeat(Number(number) % 400)}`);
			}
		}
		expect(kept.size).toBeGreaterThanOrEqual(draws(10, 200));
	});
});

describe('R7: damaged history opens', () => {
	const questions = 12;
	let whole: Buffer;
	beforeAll(async () => {
		const { journal } = history().create('whole', 'file:///harbour');
		for (let number = 0; number < questions; number++) {
			const parent = number === 0 ? undefined : `q${number - 1}`;
			const text = `Question ${number}: when is high water? 潮汐`;
			await journal.append([{ type: 'question', id: `q${number}`, parent, text, context: [], at: 0 }], 'durable');
		}
		whole = await readFile(join(folder, 'whole.jsonl'));
	});

	const place = fc.integer({ min: 0, max: 100_000 });
	const damage = fc.oneof(
		place.map(at => (bytes: Buffer) => {
			const changed = Buffer.from(bytes);
			changed[at % changed.length]! ^= 1 << (at % 8);
			return changed;
		}),
		place.map(at => (bytes: Buffer) => bytes.subarray(0, at % bytes.length)),
		place.map(at => (bytes: Buffer) => {
			const changed = Buffer.from(bytes);
			return changed.fill(0, at % changed.length, Math.min(changed.length, (at % changed.length) + 40));
		}),
		fc.constant((bytes: Buffer) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])),
		place.map(at => (bytes: Buffer) => {
			const line = Buffer.concat([Buffer.alloc(1_000_000, 'x'), Buffer.from('\n')]);
			const cut = bytes.indexOf(10, at % bytes.length) + 1;
			return Buffer.concat([bytes.subarray(0, cut), line, bytes.subarray(cut)]);
		}),
		// A record of a kind that a later version may have.
		place.map(at => (bytes: Buffer) => {
			const record = JSON.stringify({ type: 'poll', id: `p${at}` });
			const line = `{"seq":${at},"by":"ab","crc":"${crc32(`${at} ab ${record}`)}","record":${record}}\n`;
			const cut = bytes.indexOf(10, at % bytes.length) + 1;
			return Buffer.concat([bytes.subarray(0, cut), Buffer.from(line), bytes.subarray(cut)]);
		}),
		fc.uint8Array({ maxLength: 200 }).map(noise => (bytes: Buffer) => Buffer.concat([bytes, noise])),
	);

	test('with every line that is still as it was written, and the damaged file is kept', async () => {
		const path = join(folder, 'damaged.jsonl');
		const lines = whole.toString('utf8').split('\n').filter(Boolean);
		await fc.assert(
			fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async damages => {
				const damaged = damages.reduce((bytes, change) => (bytes.length === 0 ? bytes : change(bytes)), whole);
				await rm(`${path}.bak`, { force: true });
				await writeFile(path, damaged);
				const { conversation, health } = await history().open('damaged');
				const intact = new Set(damaged.toString('utf8').split('\n'));
				const expected = lines.flatMap((line, index) => (index > 0 && intact.has(line) ? [`q${index - 1}`] : []));
				expect([...conversation.turns.keys()]).toEqual(expect.arrayContaining(expected));
				const before = health === 'damaged' ? `${path}.bak` : path;
				expect((await readFile(before)).equals(damaged)).toBe(true);
			}),
			{ numRuns: draws(50, 500) },
		);
	});

	test('a line of 50 MB costs nothing but itself', async () => {
		const path = join(folder, 'long.jsonl');
		await copyFile(join(folder, 'whole.jsonl'), path);
		await writeFile(path, Buffer.concat([Buffer.alloc(50_000_000, 'x'), Buffer.from('\n'), whole]));
		expect((await history().open('long')).conversation.turns.size).toBe(questions);
	});
});
