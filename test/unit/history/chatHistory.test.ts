import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pathOf, type SessionRecord } from '../../../src/chat';
import { ChatHistory } from '../../../src/history';
import { crc32 } from '../../../src/history/crc32';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'inkling-history-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const history = (): ChatHistory => new ChatHistory(folder, () => 1000);

const turn = (number: number, text: string): readonly SessionRecord[] => [
	{
		type: 'question',
		id: `q${number}`,
		parent: number === 1 ? undefined : `a${number - 1}`,
		text: `Question ${number}`,
		context: [],
		at: number,
	},
	{ type: 'answer', id: `a${number}`, parent: `q${number}`, model: 'tiny', device: 'cpu', at: number },
	{ type: 'end', answer: `a${number}`, text, state: 'complete' },
];

/** Writes a conversation of two turns and returns its file. */
async function twoTurns(id = 'one'): Promise<string> {
	const { journal } = history().create(id, 'file:///harbour');
	await journal.append(turn(1, 'High water at noon.'), 'durable');
	await journal.append(turn(2, 'The moon.'), 'durable');
	return join(folder, `${id}.jsonl`);
}

const texts = async (id = 'one'): Promise<readonly string[]> =>
	pathOf((await history().open(id)).conversation).map(({ text }) => text);

const whole = ['Question 1', 'High water at noon.', 'Question 2', 'The moon.'];

describe('a conversation on disk', () => {
	test('is read back as it was written', async () => {
		await twoTurns();
		expect(await texts()).toEqual(whole);
		expect((await history().open('one')).health).toBe('whole');
	});

	test('whose last line was cut off keeps all the others, and takes new ones', async () => {
		const file = await twoTurns();
		await appendFile(file, '{"seq":9,"by":"ab');
		const { journal, health } = await history().open('one');
		expect(health).toBe('torn');
		expect(await texts()).toEqual(whole);
		await journal.append(turn(3, 'Springs.'), 'durable');
		expect(await texts()).toEqual([...whole, 'Question 3', 'Springs.']);
	});

	test('keeps the last words of a process, those that wait first, and nothing after them', async () => {
		await twoTurns();
		const { journal } = await history().open('one');
		const waiting = journal.append(turn(3, 'Springs.'), 'durable');
		journal.close([{ type: 'rename', name: 'Tides' }]);
		await waiting;
		await journal.append(turn(4, 'Too late.'), 'durable');
		const { conversation, health } = await history().open('one');
		expect(health).toBe('whole');
		expect(conversation.name).toBe('Tides');
		expect(await texts()).toEqual([...whole, 'Question 3', 'Springs.']);
	});

	test('with damage in the middle opens with the rest, and the damaged file is kept', async () => {
		const file = await twoTurns();
		const before = await readFile(file, 'utf8');
		const damaged = before.replace('Question 1', 'Xuestion 1');
		await writeFile(file, damaged);
		expect((await history().open('one')).health).toBe('damaged');
		expect((await history().open('one')).health).toBe('whole');
		expect(await readFile(`${file}.bak`, 'utf8')).toBe(damaged);
		expect(await texts()).toContain('The moon.');
	});

	test('of a newer version is left alone', async () => {
		const file = await twoTurns();
		const text = JSON.stringify({ type: 'session', id: 'one', workspace: '', at: 1, version: 99 });
		await writeFile(file, `{"seq":0,"by":"ab","crc":"${crc32(`0 ab ${text}`)}","record":${text}}\n`);
		await expect(history().open('one')).rejects.toMatchObject({ code: 'tooNew' });
	});

	describe('that another window deleted', () => {
		test('is not made anew by what this window still writes, and none of that is lost once it is back', async () => {
			await twoTurns();
			const here = await history().open('one');
			await history().delete('one');
			await expect(here.journal.append(turn(3, 'Springs.'), 'durable')).rejects.toMatchObject({ code: 'deleted' });
			expect(await history().has('one')).toBe(false);
			await expect(history().open('one')).rejects.toMatchObject({ code: 'deleted' });
			await history().bringBack(here.conversation);
			await here.journal.append([], 'durable');
			expect(await texts()).toEqual([...whole, 'Question 3', 'Springs.']);
		});

		test('for good is written anew from what this window shows', async () => {
			const file = await twoTurns();
			const here = await history().open('one');
			await rm(file);
			await history().bringBack(here.conversation);
			expect(await texts()).toEqual(whole);
			expect((await history().list()).map(({ id, workspace }) => [id, workspace])).toEqual([
				['one', 'file:///harbour'],
			]);
			await here.journal.append(turn(3, 'Springs.'), 'durable');
			expect(await texts()).toEqual([...whole, 'Question 3', 'Springs.']);
		});

		test('right after it was begun here is not made anew either', async () => {
			const { journal } = history().create('two', '');
			await journal.append(turn(1, 'Yes.'), 'durable');
			await history().delete('two');
			await expect(journal.append(turn(2, 'No.'), 'durable')).rejects.toMatchObject({ code: 'deleted' });
			expect(await history().list()).toEqual([]);
		});
	});

	test('is found by its words, and comes back after it was deleted', async () => {
		await twoTurns('one');
		await twoTurns('two');
		const open = history();
		expect((await open.search('moon noon', new AbortController().signal)).map(({ id }) => id).sort()).toEqual([
			'one',
			'two',
		]);
		await open.delete('one');
		expect((await open.list()).map(({ id }) => id)).toEqual(['two']);
		await open.restore('one');
		expect((await open.list()).map(({ id }) => id).sort()).toEqual(['one', 'two']);
	});
});
