import { expect, testIn } from './fixtures.mjs';

const test = testIn({ language: 'zh-cn', settings: { 'workbench.colorTheme': 'Default Light Modern' } });

test('walkthrough and Doctor in Chinese and in light colours', async ({ vs, screenshot }) => {
	await vs.command('Inkling: 诊断');
	await expect(vs.toasts.filter({ hasText: '报告已写好' })).toBeVisible({ timeout: 90_000 });
	await expect(vs.editor).toContainText('Inkling 诊断');
	await screenshot('chinese-doctor');
	await vs.command('Welcome: Open Walkthrough...');
	await vs.pick('开始使用 Inkling');
	const steps = vs.page.locator('.gettingStartedContainer .getting-started-step h3');
	await expect(steps).toHaveText(['了解本机能做什么', '为本机选择模型', '接受一条建议', '摘要、翻译、续写']);
	await screenshot('chinese-walkthrough');
});
