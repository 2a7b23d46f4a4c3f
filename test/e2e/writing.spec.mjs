import { expect, test } from './fixtures.mjs';

test('continues an article in a panel beside it and inserts the continuation', async ({ vs, screenshot }) => {
	await vs.openFile('docs/tides.md');
	await vs.command('Inkling: Continue Writing');
	const { title, text, status } = await vs.result();
	await screenshot('continue-writing');
	expect(title).toBe('Continue Writing');
	expect(text.trim()).not.toBe('');
	expect(status).toMatch(/tokens in [\d.]+ s/);
	await vs.webview.getByRole('button', { name: 'Insert' }).click();
	await vs.page.locator('.tab[data-resource-name="tides.md"]').click();
	expect(await vs.save('docs/tides.md')).toContain(text.trim().slice(0, 40));
});

test('summarizes an article, or says that no model can and offers an extractive summary', async ({
	vs,
	screenshot,
}) => {
	await vs.openFile('docs/tides.md');
	await vs.command('Inkling: Summarize');
	const extractive = vs.toasts.getByRole('button', { name: 'Show Extractive Summary' });
	await expect(extractive.or(vs.webview.getByRole('button', { name: 'Insert' })).first()).toBeVisible({
		timeout: 90_000,
	});
	if (await extractive.isVisible()) {
		await screenshot('summarize-unsupported');
		await extractive.click();
		await expect(vs.webview.locator('.notes')).toContainText('sentences of the text itself');
	}
	const { text } = await vs.result();
	await screenshot('summarize');
	expect(text.trim().length).toBeGreaterThan(40);
	expect(text.length).toBeLessThan(1500);
});

test('translates the selection or says that no model can', async ({ vs, screenshot }) => {
	await vs.openFile('docs/tides.md');
	await vs.selectLines(3, 5);
	await vs.command('Inkling: Translate...');
	await vs.quickInput.locator('input').fill('zh');
	await vs.quickInput.locator('.monaco-list-row', { hasText: 'zh' }).first().waitFor();
	await screenshot('translate-language');
	await vs.page.keyboard.press('Enter');
	const cannot = vs.toasts.filter({ hasText: 'No installed model can translate' });
	await expect(cannot.or(vs.webview.getByRole('button', { name: 'Insert' })).first()).toBeVisible({ timeout: 90_000 });
	if (!(await cannot.isVisible())) {
		const { text } = await vs.result();
		expect(text).toMatch(/\p{Script=Han}/u);
		await vs.webview.getByRole('button', { name: 'Replace...' }).click();
		await expect(vs.page.locator('.tab.active')).toContainText('proposal');
		await screenshot('translate-proposal');
		await vs.command('Inkling: Accept Proposal');
		expect(await vs.save('docs/tides.md')).toContain(text.trim().split('\n')[0]);
	}
	await screenshot('translate');
});

test('replaces a text only after its change was accepted', async ({ vs, screenshot }) => {
	await vs.openFile('docs/tides.md');
	await vs.command('Inkling: Summarize');
	const extractive = vs.toasts.getByRole('button', { name: 'Show Extractive Summary' });
	await expect(extractive.or(vs.webview.getByRole('button', { name: 'Insert' })).first()).toBeVisible({
		timeout: 90_000,
	});
	if (await extractive.isVisible()) await extractive.click();
	const { text } = await vs.result();
	const before = await vs.read('docs/tides.md');
	await vs.webview.getByRole('button', { name: 'Replace...' }).click();
	await expect(vs.page.locator('.tab.active')).toContainText('proposal');
	await screenshot('proposal');
	expect(await vs.read('docs/tides.md')).toBe(before);
	await vs.command('Inkling: Accept Proposal');
	await vs.page.locator('.tab.active[data-resource-name="tides.md"]').waitFor();
	expect((await vs.save('docs/tides.md')).trim()).toBe(text.trim());
});

test('is in the context menu of the editor', async ({ vs, screenshot }) => {
	await vs.openFile('docs/tides.md');
	await vs.editor.locator('.view-line').first().click({ button: 'right' });
	const menu = vs.page.locator('.context-view .monaco-menu');
	await menu.getByText('Inkling', { exact: true }).hover();
	await expect(menu.getByText('Continue Writing')).toBeVisible();
	await screenshot('context-menu');
	await vs.page.keyboard.press('Escape');
	await vs.page.keyboard.press('Escape');
});
