import { startChatServer } from '../harness/chatServer.mjs';
import { violationsAround } from './accessibility.mjs';
import { expect, testIn } from './fixtures.mjs';

const answer = {
	reasoning: '月亮和太阳都有引力。',
	text: '代码如下：\n\n```python\nprint("大潮")\n```\n\n请看 **第二段**。',
};
const summary = '他们谈到了潮汐。';
const server = await startChatServer({
	answer: question => {
		if (question.startsWith('Summarize the conversation')) return summary;
		return question.includes('慢慢说') ? '潮水涨了又落。'.repeat(60) : answer;
	},
});
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

test('a long conversation and a message that is held back speak Chinese', async ({ vs, screenshot }) => {
	const chat = await vs.chat('Inkling: 新建聊天');
	await expect(chat.questions).toHaveCount(0);
	const older = chat.page.locator('details.older');
	for (let turn = 1; turn <= 16 && (await older.count()) === 0; turn++) await chat.ask(`慢慢说，第 ${turn} 次`);
	await expect(older.locator('summary')).toHaveText(/^最前面的 \d+ 轮，模型看到的是概括。$/);
	await older.locator('summary').press('Enter');
	await expect(older.getByText(summary)).toBeVisible();
	await older.scrollIntoViewIfNeeded();
	await chat.input.fill('#file:没有.md 说了什么？');
	await chat.input.press('Enter');
	await expect(chat.page.locator('.notices')).toContainText('没有找到 #file:没有.md 可附加的内容');
	await expect(chat.input).toHaveValue('#file:没有.md 说了什么？');
	await screenshot('chinese-chat-long');
	expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
});
