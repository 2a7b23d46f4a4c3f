import { expect, testIn } from './fixtures.mjs';

const test = testIn({ language: 'zh-cn' });

test('speaks Simplified Chinese where VS Code does', async ({ vs, screenshot }) => {
	await vs.openFile('docs/tides.zh.md');
	await vs.page.keyboard.press('ArrowDown');
	await expect(vs.statusLabel).toHaveAttribute('aria-label', /^Inkling: 就绪/, { timeout: 60_000 });
	await vs.page.keyboard.press('F1');
	for (const title of ['生成摘要', '续写']) {
		await vs.quickInput.locator('input').fill(`>Inkling: ${title}`);
		await expect(vs.quickRows.filter({ hasText: title }).first()).toBeVisible();
	}
	await vs.quickInput.locator('input').fill('>Inkling');
	// VS Code makes one command of its own for every view, in the words of its language pack, which only brings ours here.
	const ours = vs.quickRows.filter({ hasNotText: 'Focus on' });
	await expect(ours.first()).toContainText(/Inkling: \p{Script=Han}/u);
	await screenshot('chinese-commands');
	await vs.page.keyboard.press('Escape');
	await vs.statusItem.click();
	await expect(vs.quickRows.filter({ hasText: '重启引擎' })).toBeVisible();
	await screenshot('chinese-status-menu');
	await vs.page.keyboard.press('Escape');
});

test('shows a result with Chinese buttons beside a Chinese article', async ({ vs, screenshot }) => {
	await vs.openFile('docs/tides.zh.md');
	await vs.command('Inkling: Continue Writing');
	await vs.webview.getByRole('button', { name: '插入' }).waitFor({ timeout: 90_000 });
	await expect(vs.webview.locator('h1')).toHaveText('续写');
	await screenshot('chinese-panel');
});
