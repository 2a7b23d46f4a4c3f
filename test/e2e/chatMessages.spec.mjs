// What a person does in the composer: names things by hand, drops files, recalls, copies; and messages that cannot go as they are.
import { startChatServer } from '../harness/chatServer.mjs';
import { violationsAround } from './accessibility.mjs';
import { expect, testIn } from './fixtures.mjs';

const code = "export const neap = 'at half moon';";
let asked = 0;
const server = await startChatServer({
	answer: question => (/code/.test(question) ? `Here:\n\n\`\`\`ts\n${code}\n\`\`\`` : `Answer number ${++asked}.`),
});
const test = testIn({ machineSettings: { 'inkling.server.url': server.url, 'inkling.server.model': 'test-model' } });
test.afterAll(() => server.stop());

const lastBody = () => server.requests.at(-1).body;

async function newChat(vs) {
	const chat = await vs.chat('Inkling: New Chat');
	await expect(chat.questions).toHaveCount(0);
	await expect(chat.input).toBeFocused();
	return chat;
}

/** Types as a person who does not look at the picker, and sends. */
async function typeAndSend(chat, text) {
	await chat.input.pressSequentially(text);
	await chat.input.press('Escape');
	await chat.input.press('Enter');
}

test('what is named by hand goes with the message, by path, by name and by kind', async ({ vs, screenshot }) => {
	await vs.openFile('src/measurement.ts');
	await vs.selectLines(1, 2);
	const chat = await newChat(vs);
	await chat.chips.getByRole('button', { name: /^Remove/ }).click();
	await typeAndSend(chat, 'Does #selection agree with #file:docs/tides.md and @report.ts?');
	await expect(chat.questions).toHaveCount(1);
	await chat.idle();
	const sent = chat.page.locator('article.question .chip');
	await expect(sent.filter({ hasText: 'tides.md' })).toHaveCount(1);
	await expect(sent.filter({ hasText: 'report.ts' })).toHaveCount(1);
	await expect(sent.filter({ hasText: 'measurement.ts:1-2' })).toHaveCount(1);
	expect(lastBody()).toContain('name=\\"docs/tides.md\\"');
	await screenshot('chat-named');
});

test('what is named and not there holds the message back, with the reason, until it is put right', async ({
	vs,
	screenshot,
}) => {
	const chat = await newChat(vs);
	const requests = server.requests.length;
	await typeAndSend(chat, 'What does #file:docs/nowhere.md say?');
	const notices = chat.page.locator('.notices');
	await expect(notices).toContainText('Nothing to attach was found for #file:docs/nowhere.md.');
	await expect(chat.input).toHaveValue('What does #file:docs/nowhere.md say?');
	await screenshot('chat-held');
	expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
	await chat.input.fill('');
	await typeAndSend(chat, '/sumarize the tides');
	await expect(notices).toContainText('There is no command /sumarize. Did you mean /summarize?');
	await chat.input.fill('');
	await typeAndSend(chat, '/fix');
	await expect(notices).toContainText('Select some text, attach a file with #, or write the text behind /fix.');
	expect(server.requests.length).toBe(requests);
	await expect(chat.questions).toHaveCount(0);
	await chat.ask('What do tides say?');
	await expect(notices).toHaveCount(0);
});

test('the arrow keys bring earlier questions back, and then what was being written', async ({ vs }) => {
	const chat = await newChat(vs);
	await chat.ask('First?');
	await chat.ask('Second?');
	await chat.input.pressSequentially('half writ');
	await chat.input.press('Home');
	await chat.input.press('ArrowUp');
	await expect(chat.input).toHaveValue('Second?');
	await chat.input.press('ArrowUp');
	await expect(chat.input).toHaveValue('First?');
	await chat.input.press('ArrowDown');
	await expect(chat.input).toHaveValue('Second?');
	await chat.input.press('ArrowDown');
	await expect(chat.input).toHaveValue('half writ');
	await chat.input.fill('');
});

test('an answer and a block of code are copied, each as it is', async ({ vs }) => {
	const chat = await newChat(vs);
	await chat.ask('Some code, please');
	const paste = async () => {
		await chat.input.fill('');
		await chat.input.press('Control+V');
		return chat.input.inputValue();
	};
	await chat.answers.last().getByRole('button', { name: 'Copy Code' }).click();
	await expect(chat.page.locator('.toast')).toHaveText('Copied.');
	await expect.poll(paste).toBe(code);
	await chat.answers.last().getByRole('button', { name: 'Copy', exact: true }).click();
	await expect.poll(paste).toBe(`Here:\n\n\`\`\`ts\n${code}\n\`\`\``);
	await chat.input.fill('');
});

test('a file dropped from the explorer is attached', async ({ vs, screenshot }) => {
	await vs.command('View: Show Explorer');
	const row = vs.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'docs' }).first();
	await row.click();
	const file = vs.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'tides.md' }).first();
	await file.waitFor();
	await vs.command('Chat: Focus on Chat View');
	await screenshot('chat-drop');
});

test('a message that no prompt has room for is kept, and the answer says what to do', async ({ vs, screenshot }) => {
	const chat = await newChat(vs);
	await chat.send(`Count these: ${'wave '.repeat(6000)}`);
	await expect(chat.questions).toHaveCount(1);
	await chat.idle();
	await expect(chat.answers.last()).toContainText('too long');
	await screenshot('chat-too-long');
	await chat.page.locator('article.question').last().hover();
	await chat.page.getByRole('button', { name: 'Edit', exact: true }).click();
	await chat.page.getByRole('textbox', { name: 'Edit' }).fill('Count to three');
	await chat.page.getByRole('textbox', { name: 'Edit' }).press('Enter');
	await expect(chat.questions).toHaveText(['Count to three']);
	await chat.idle();
	await expect(chat.answers.last()).toContainText('Answer number');
});
