import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyRecord, emptyConversation, type Conversation } from '../../../src/chat';
import { ChatHistory } from '../../../src/history';

const count = 500;
const signal = new AbortController().signal;
let folder: string;

const history = (): ChatHistory => new ChatHistory(folder, () => 1);

/** Twenty turns of ordinary length; each conversation has one word of its own in its middle. */
function conversationOf(number: number): Conversation {
	let conversation = emptyConversation(`s${number}`, 'file:///harbour', number);
	const words = 'The sea at Heron Point rises and falls twice a day. '.repeat(20);
	for (let turn = 0; turn < 10; turn++) {
		const own = turn === 5 ? ` The word is lighthouse${number}.` : '';
		const [question, answer, parent] = [`q${turn}`, `a${turn}`, turn === 0 ? undefined : `a${turn - 1}`];
		const at = number * 1000 + turn;
		conversation = [
			{ type: 'question', id: question, parent, text: `Question ${turn} of ${number}`, context: [], at } as const,
			{ type: 'answer', id: answer, parent: question, model: 'tiny', device: 'cpu', at } as const,
			{ type: 'end', answer, text: words + own, state: 'complete' } as const,
		].reduce(applyRecord, conversation);
	}
	return number === 250 ? { ...conversation, pinned: true } : conversation;
}

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'inkling-history-'));
	const all = history();
	for (let number = 0; number < count; number++) await all.add(`s${number}`, conversationOf(number));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe(`${count} conversations`, () => {
	test('are all listed, the pinned one first and then the latest', async () => {
		const ids = (await history().list()).map(({ id }) => id);
		const latest = Array.from({ length: count }, (_, index) => `s${count - 1 - index}`).filter(id => id !== 's250');
		expect(ids).toEqual(['s250', ...latest]);
	});

	test('are listed from the index as from the files, and when the index makes no sense', async () => {
		const fromFiles = await history().list();
		expect(await history().list()).toEqual(fromFiles);
		await writeFile(join(folder, 'index.json'), '{"version":1,"entries":{"s1":');
		expect(await history().list()).toEqual(fromFiles);
		expect(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'))).toMatchObject({ version: 1 });
	});

	test('are searched in their messages', async () => {
		const found = await history().search('LIGHTHOUSE123 heron', signal);
		expect(found.map(({ id }) => id)).toEqual(['s123']);
		expect(found[0]?.excerpt.toLowerCase()).toContain('lighthouse123');
		expect(await history().search('lighthouse123 lighthouse124', signal)).toEqual([]);
	});
});
