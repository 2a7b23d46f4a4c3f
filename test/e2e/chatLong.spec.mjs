// A conversation that grows beyond what its model reads at once, and an assistant that wants another model.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChatServer } from '../harness/chatServer.mjs';
import { violationsAround } from './accessibility.mjs';
import { expect, testIn } from './fixtures.mjs';

const wish = /^Summarize the conversation so far/;
const summary = 'Tides were discussed, and the number 4711 was agreed on.';
const server = await startChatServer({
	answer: question => (wish.test(question) ? summary : `Well. ${'The water rises and falls. '.repeat(30)}`),
});
const other = await startChatServer({ answer: 'The other model says aye.' });
const test = testIn({
	machineSettings: {
		'inkling.server.url': server.url,
		'inkling.server.model': 'test-model',
		'inkling.server.profiles': [{ name: 'other', url: other.url, model: 'other-model' }],
		'inkling.server.roles': { completion: 'local', tasks: 'other', chat: 'server' },
	},
});
test.afterAll(() => {
	server.stop();
	other.stop();
});

const told = () => JSON.parse(server.requests.findLast(({ body }) => !wishOf(body)).body).messages;
const wishOf = body => body.includes('Summarize the conversation so far');

test('what a model can no longer read is summarized, and the conversation says so, after a reload too', async ({
	vs,
	screenshot,
}) => {
	const chat = await vs.chat('Inkling: New Chat');
	const older = chat.page.locator('details.older');
	// A summary that was made a moment too late is there for the question after.
	for (let turn = 1; turn <= 16 && (await older.count()) === 0; turn++) {
		await chat.ask(`Question number ${turn}: how do the tides go?`);
	}
	await expect(older.locator('summary')).toHaveText(/^The model sees the first \d+ turns as a summary\.$/);
	const [system, first] = told();
	expect(first.content).toContain(summary);
	expect(first.role).toBe('user');
	expect(system.content).not.toContain('4711');
	await older.locator('summary').press('Enter');
	await expect(older.getByText(summary)).toBeVisible();
	await older.scrollIntoViewIfNeeded();
	await screenshot('chat-summary');
	expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
	const words = await older.locator('summary').textContent();
	await vs.page.reload();
	await vs.ready();
	const again = await vs.chat();
	await expect(again.page.locator('details.older summary')).toHaveText(words);
});

test('an assistant that wants the model of the commands on text is answered by it, and the panel shows both', async ({
	vs,
	screenshot,
}) => {
	const folder = join(vs.workspace, '.inkling', 'assistants');
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		join(folder, 'harbour.md'),
		'---\nname: harbour\ntitle: Harbour Master\nmodel: tasks\n---\nYou are the harbour master.\n',
	);
	try {
		const chat = await vs.chat('Inkling: New Chat');
		await vs.command('Inkling: Choose Chat Assistant...');
		await vs.pick('Harbour Master');
		await expect(chat.page.getByRole('button', { name: 'Assistant: Harbour Master' })).toBeVisible();
		await expect(chat.page.getByRole('button', { name: /^Model: other-model/ })).toBeVisible();
		await chat.ask('May I come in?');
		await expect(chat.answers.last()).toContainText('The other model says aye.');
		expect(other.requests.at(-1).body).toContain('You are the harbour master.');
		await screenshot('chat-assistant');
		expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
		await chat.page.getByRole('button', { name: 'Assistant: Harbour Master' }).click();
		await vs.pick('Chat without an assistant');
		await expect(chat.page.getByRole('button', { name: /^Model: test-model/ })).toBeVisible();
	} finally {
		rmSync(join(vs.workspace, '.inkling'), { recursive: true, force: true });
	}
});
