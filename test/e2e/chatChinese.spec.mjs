import { violationsAround } from './accessibility.mjs';
import { expect, testIn } from './fixtures.mjs';

const test = testIn({ language: 'zh-cn', settings: { 'workbench.colorTheme': 'Default Light Modern' } });

test('says in Chinese that no model can chat, and names two', async ({ vs, screenshot }) => {
	const chat = await vs.chat();
	const card = chat.page.locator('.card');
	await expect(card.getByRole('button', { name: /^安装/ })).toHaveCount(2);
	await screenshot('chinese-chat-card');
	expect(await card.textContent()).toMatch(/\p{Script=Han}/u);
	await expect(chat.page.getByRole('button', { name: '发送' })).toBeDisabled();
	await chat.input.pressSequentially('/');
	await expect(chat.choices.first()).toContainText(/\p{Script=Han}/u);
	await screenshot('chinese-chat-commands');
	expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
});
