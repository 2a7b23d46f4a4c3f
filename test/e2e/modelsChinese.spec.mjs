import { expect, testIn } from './fixtures.mjs';
import { startHub } from './hubServer.mjs';

const repository = 'someone/little-coder';
const hub = await startHub(repository, 'tiny-code');
const test = testIn({
	language: 'zh-cn',
	settings: { 'workbench.colorTheme': 'Default Light Modern' },
	env: { HF_ENDPOINT: hub.address },
});

test.afterAll(() => hub.stop());

test('installs a model in Chinese and in light colours', async ({ vs, screenshot }) => {
	hub.bytesPerSecond = 700_000;
	await vs.command('Inkling: Install Model...');
	await expect(vs.quickInput).toContainText('推荐用于本机');
	await screenshot('chinese-install-model');
	await vs.quickInput.locator('input').first().fill(repository);
	await vs.quickRows.filter({ hasText: '检查此仓库' }).first().waitFor();
	await vs.page.keyboard.press('Enter');
	const progress = vs.toasts.filter({ hasText: `正在下载 ${repository}` });
	await expect(progress).toContainText('剩余');
	await screenshot('chinese-downloading');
	hub.bytesPerSecond = undefined;
	await expect(vs.toasts.filter({ hasText: '已安装' })).toBeVisible({ timeout: 60_000 });
	await screenshot('chinese-model-installed');
	const lines = await vs.modelsView('Inkling 模型');
	await expect(lines.filter({ hasText: 'little-coder' })).toContainText('未加载');
	await screenshot('chinese-models-view');
});
