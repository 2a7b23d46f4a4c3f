import { startChatServer } from '../harness/chatServer.mjs';
import { violationsAround } from './accessibility.mjs';
import { expect, testIn } from './fixtures.mjs';

const answer = {
	reasoning: '月亮和太阳都有引力。',
	text: '代码如下：\n\n```python\nprint("大潮")\n```\n\n请看 **第二段**。',
};
const server = await startChatServer({ answer: () => answer });
const test = testIn({
	language: 'zh-cn',
	settings: { 'workbench.colorTheme': 'Default High Contrast' },
	machineSettings: { 'inkling.server.url': server.url, 'inkling.server.model': 'test-model' },
});
test.afterAll(() => server.stop());

test('a conversation and its history speak Chinese, in high contrast', async ({ vs, screenshot }) => {
	const chat = await vs.chat();
	await chat.ask('为什么有大潮？');
	await expect(chat.answers.last()).toContainText('321 个 token');
	await chat.answers.last().locator('summary').click();
	await expect(chat.answers.last().getByText(answer.reasoning)).toBeVisible();
	for (const name of ['复制代码', '在光标处插入', '新建文件'])
		await expect(chat.answers.last().getByRole('button', { name })).toBeVisible();
	await screenshot('chinese-chat-conversation');
	expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
	await chat.page.locator('body.vscode-high-contrast').waitFor();
	await vs.command('Inkling: 聊天记录...');
	await vs.quickRows.filter({ hasText: '为什么有大潮？' }).first().hover();
	await expect(vs.quickRows.first().getByRole('button', { name: '重命名' })).toBeVisible();
	await screenshot('chinese-chat-history');
});
