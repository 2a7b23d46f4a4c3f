// What a person does in the composer: names things by hand, drops files, recalls, copies; and messages that cannot go as they are.
/* global DataTransfer, DragEvent -- these run in the page */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChatServer } from '../harness/chatServer.mjs';
import { addressOf } from '../harness/vscodeServer.mjs';
import { Workbench } from '../harness/workbench.mjs';
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
	const chat = await newChat(vs);
	await vs.openFile('src/measurement.ts');
	await vs.selectLines(1, 2);
	// Taken away as the chip that follows the selection, and asked for in words.
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

test("a person's own template is a command, with its help, as soon as it is there", async ({ vs, screenshot }) => {
	const folder = join(vs.workspace, '.inkling', 'prompts');
	const chat = await newChat(vs);
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		join(folder, 'log.md'),
		"---\nname: log\ntitle: Ship's Log\ndescription: Notes as an entry of the ship's log.\n---\n\n# User\n\nWrite this into the log: {{text}}\n",
	);
	try {
		await chat.input.pressSequentially('/lo');
		await expect(chat.choices).toContainText(["Notes as an entry of the ship's log."]);
		await screenshot('chat-own-command');
		await chat.input.press('Tab');
		await chat.input.pressSequentially('wind from the west');
		await chat.input.press('Enter');
		await expect(chat.questions).toHaveText(['/log wind from the west']);
		await chat.idle();
		expect(lastBody()).toContain('Write this into the log: wind from the west');
	} finally {
		rmSync(join(vs.workspace, '.inkling'), { recursive: true });
	}
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

test('dropped files are attached, a secret one with the reason why not', async ({ vs, screenshot }) => {
	writeFileSync(join(vs.workspace, 'production.env'), 'KEY=canary');
	try {
		const chat = await newChat(vs);
		// As VS Code's explorer names files in a browser: by the machine that they are on.
		const addresses = ['package.json', 'production.env'].map(
			name => `vscode-remote://${new URL(vs.page.url()).host}${join(vs.workspace, name)}`,
		);
		await chat.page.locator('.composer').evaluate((composer, list) => {
			const dataTransfer = new DataTransfer();
			dataTransfer.setData('text/uri-list', list);
			composer.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
		}, addresses.join('\r\n'));
		await expect(chat.chips.filter({ hasText: 'package.json' })).toContainText('tokens');
		await expect(chat.chips.filter({ hasText: 'production.env' })).toContainText(
			'files like this hold passwords or keys',
		);
		await screenshot('chat-drop');
		await chat.ask('What is attached?');
		expect(lastBody()).toContain('name=\\"package.json\\"');
		expect(lastBody()).not.toContain('canary');
	} finally {
		rmSync(join(vs.workspace, 'production.env'));
	}
});

test('a conversation deleted in another window says so, keeps what is being written, and is restored by choice only', async ({
	vs,
	browser,
	screenshot,
}) => {
	const chat = await newChat(vs);
	await chat.ask('Slack water, when?');
	const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
	try {
		await page.goto(addressOf(vs.server, vs.workspace));
		const second = new Workbench(page, vs.server, vs.workspace);
		await second.ready();
		await second.command('Inkling: Chat History...');
		const row = second.quickRows.filter({ hasText: 'Slack water, when?' }).first();
		await row.hover();
		await row.getByRole('button', { name: 'Delete', exact: true }).click();
		await expect(second.quickRows.filter({ hasText: 'Slack water, when?' })).toHaveCount(0);
	} finally {
		await page.close();
	}
	const requests = server.requests.length;
	await chat.send('And how long?');
	const toast = vs.toasts.filter({ hasText: '"Slack water, when?" was deleted in another window.' });
	await toast.waitFor();
	await expect(chat.input).toHaveValue('And how long?');
	await expect(chat.page.locator('.notices')).toContainText('deleted in another window');
	await screenshot('chat-deleted-elsewhere');
	expect(server.requests.length).toBe(requests);
	await toast.getByRole('button', { name: 'Restore' }).click();
	await toast.waitFor({ state: 'hidden' });
	await chat.input.press('Enter');
	await expect(chat.questions).toHaveText(['Slack water, when?', 'And how long?']);
	await chat.idle();
	await vs.page.reload();
	await vs.ready();
	const again = await vs.chat();
	await expect(again.questions).toHaveText(['Slack water, when?', 'And how long?']);
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

test('a file is dragged from the explorer onto the chat', async ({ vs, screenshot }) => {
	const chat = await vs.chat('Inkling: New Chat');
	// Side by side, as a person has them who wants both.
	await vs.page.keyboard.press('F1');
	await vs.quickInput.locator('.quick-input-box input').fill('>View: Move View');
	await vs.quickInput.locator('.monaco-list-row[aria-label^="View: Move View"]').first().click();
	await vs.pick('Chat');
	await vs.pick('New Secondary Side Bar Entry');
	await vs.command('Explorer: Focus on Folders View');
	const folder = vs.page.locator('.explorer-folders-view .monaco-list-row[aria-label^="docs"]');
	await folder.click();
	const file = vs.page.locator('.explorer-folders-view .monaco-list-row[aria-label^="tides.md"]');
	await file.waitFor();
	await chat.input.waitFor();
	const { mouse, keyboard } = vs.page;
	const at = async locator => {
		const { x, y, width, height } = await locator.boundingBox();
		return [x + width / 2, y + height / 2];
	};
	await mouse.move(...(await at(file)));
	await mouse.down();
	// VS Code lets a drag into a page only while Shift is held.
	await keyboard.down('Shift');
	await mouse.move(...(await at(chat.input)), { steps: 20 });
	await mouse.up();
	await keyboard.up('Shift');
	await expect(chat.chips.filter({ hasText: 'tides.md' })).toContainText('tokens');
	await screenshot('chat-drag');
	await vs.command('View: Reset View Locations');
});
