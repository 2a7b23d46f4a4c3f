import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeChatModel } from '../helpers/chatModel.mjs';
import { expect, testIn } from './fixtures.mjs';

const chatModel = makeChatModel(mkdtempSync(join(tmpdir(), 'inkling-chat-')));
const test = testIn({ settings: { 'inkling.chat.model': chatModel } });

test('answers in the side bar, turn after turn', async ({ vs, screenshot }) => {
	const chat = await vs.chat();
	await screenshot('chat-empty');
	for (const [index, question] of ['Tides?', 'Why twice a day?', 'And the moon?'].entries()) {
		await chat.send(question);
		await expect(chat.answers).toHaveCount(index + 1);
		await chat.idle();
	}
	await screenshot('chat-three-turns');
	expect((await chat.answers.last().textContent()).trim()).not.toBe('');
});

test('stops in the middle and keeps what is there', async ({ vs, screenshot }) => {
	const chat = await vs.chat();
	await chat.send('A long story about a lighthouse');
	await expect(chat.answers.last().locator('.markdown')).not.toBeEmpty();
	await chat.page.getByRole('button', { name: 'Stop' }).click();
	await chat.idle();
	await screenshot('chat-stopped');
});
