import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeChatModel } from '../helpers/chatModel.mjs';
import { expect, testIn } from './fixtures.mjs';

const chatModel = makeChatModel(mkdtempSync(join(tmpdir(), 'inkling-chat-')));
const test = testIn({ machineSettings: { 'inkling.chat.model': chatModel } });

test('answers in the side bar, turn after turn', async ({ vs, screenshot }) => {
	const chat = await vs.chat();
	await screenshot('chat-empty');
	for (const [index, question] of [
		'Tides?',
		'Why twice a day?',
		'And the moon?',
		'And the sun?',
		'Thanks.',
	].entries()) {
		await chat.send(question);
		await expect(chat.answers).toHaveCount(index + 1);
		await chat.idle();
	}
	await screenshot('chat-five-turns');
	expect((await chat.answers.last().textContent()).trim()).not.toBe('');
});

test('stops in the middle and keeps what is there', async ({ vs, screenshot }) => {
	const chat = await vs.chat();
	// Babble may end by itself before the button is reached.
	await expect(async () => {
		await chat.idle();
		await chat.send('A long story about a lighthouse');
		await chat.page.getByRole('button', { name: 'Stop' }).click({ timeout: 2000 });
		await expect(chat.answers.last()).toContainText('Stopped.', { timeout: 5000 });
	}).toPass({ timeout: 90_000 });
	await chat.idle();
	await screenshot('chat-stopped');
});

test('comes back as it was after the window was loaded anew', async ({ vs, screenshot }) => {
	const chat = await vs.chat();
	await chat.send('Flood?');
	await expect(chat.questions.last()).toHaveText('Flood?');
	await chat.idle();
	const texts = await chat.questions.allTextContents();
	const last = (await chat.answers.last().locator('.markdown').textContent()).trim();
	await vs.page.reload();
	await vs.ready();
	const again = await vs.chat();
	await expect(again.questions).toHaveText(texts);
	await expect(again.answers.last().locator('.markdown')).toContainText(last.slice(0, 40));
	await screenshot('chat-after-reload');
});

test('goes back to an earlier conversation', async ({ vs, screenshot }) => {
	const chat = await vs.chat();
	await chat.send('Ebb?');
	await expect(chat.questions.last()).toHaveText('Ebb?');
	await chat.idle();
	const texts = await chat.questions.allTextContents();
	await vs.command('Inkling: New Chat');
	await expect(chat.questions).toHaveCount(0);
	await vs.command('Inkling: Chat History...');
	await vs.quickRows.filter({ hasText: texts[0] }).first().waitFor();
	await screenshot('chat-history');
	await vs.quickRows.filter({ hasText: texts[0] }).first().click();
	await expect(chat.questions).toHaveText(texts);
});
