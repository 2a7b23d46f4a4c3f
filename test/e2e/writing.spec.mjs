import { expect, test } from './fixtures.mjs';

test('continues an article in a panel beside it and inserts the continuation', async ({ vs, screenshot }) => {
	await vs.openFile('docs/tides.md');
	await vs.command('Inkling: Continue Writing');
	const { title, text, status, notes } = await vs.result();
	await screenshot('continue-writing');
	expect(title).toBe('Continue Writing');
	expect(text.trim()).not.toBe('');
	expect(status).toMatch(/tokens in [\d.]+ s/);
	expect(notes.join(' ')).toContain('has read program code and manuals only');
	await vs.webview.getByRole('button', { name: 'Insert' }).click();
	await vs.page.locator('.tab[data-resource-name="tides.md"]').click();
	expect(await vs.save('docs/tides.md')).toContain(text.trim().slice(0, 40));
});

/** A summary by a model, or, where none can, the extractive one that is offered. */
async function summarize(vs, file) {
	await vs.openFile(file);
	await vs.command('Inkling: Summarize');
	const outcome = await vs.outcome();
	if (outcome.refused === undefined) return outcome;
	await vs.toasts.getByRole('button', { name: 'Show Extractive Summary' }).click();
	await vs.webview.getByText('sentences of the text itself').waitFor();
	return vs.result();
}

test('summarizes an article, or offers sentences of it where no model can', async ({ vs, screenshot }) => {
	const { text, notes, title } = await summarize(vs, 'docs/tides.md');
	await screenshot('summarize');
	expect(text.trim().length).toBeGreaterThan(40);
	expect(text.length).toBeLessThan(1500);
	if (title === 'Extractive Summary') expect(notes.join(' ')).toContain('No model wrote or checked them');
});

test('translates software strings and names the lines it left as they were', async ({ vs, screenshot }) => {
	await vs.openFile('docs/messages.txt');
	await vs.command('Inkling: Translate...');
	await screenshot('translate-languages');
	await vs.pick('zh');
	const { text, notes, failed, refused } = await vs.outcome();
	await screenshot('translate');
	expect([failed, refused]).toEqual([undefined, undefined]);
	expect(text).toMatch(/\p{Script=Han}/u);
	expect(text.trim().split('\n')).toHaveLength((await vs.read('docs/messages.txt')).trim().split('\n').length);
	expect(notes.join(' ')).toContain('or was not sure');
});

test('says that no model can translate prose, with the ways on', async ({ vs, screenshot }) => {
	await vs.openFile('docs/tides.md');
	await vs.selectLines(3, 3);
	await vs.command('Inkling: Translate...');
	await vs.pick('zh');
	const { refused } = await vs.outcome();
	await screenshot('translate-refused');
	expect(refused).toContain('No installed model can translate');
	await expect(vs.toasts.getByRole('button', { name: 'Choose Model...' })).toBeVisible();
	await expect(vs.toasts.getByRole('button', { name: 'Connect to Server...' })).toBeVisible();
});

test('replaces a text only after its change was accepted', async ({ vs, screenshot }) => {
	const { text } = await summarize(vs, 'docs/tides.md');
	const before = await vs.read('docs/tides.md');
	await vs.webview.getByRole('button', { name: 'Replace...' }).click();
	await expect(vs.page.locator('.tab.active', { hasText: 'proposal' })).toBeVisible();
	await expect(
		vs.page.locator('.monaco-diff-editor .char-insert, .monaco-diff-editor .line-insert').first(),
	).toBeVisible();
	// The title bar shows the actions of the group that has the focus, and the page of the result may take it late.
	await vs.page.locator('.tab.active', { hasText: 'proposal' }).click();
	await expect(vs.page.locator('.editor-actions a[aria-label^="Accept Proposal"]').first()).toBeVisible();
	await screenshot('proposal');
	expect(await vs.read('docs/tides.md')).toBe(before);
	await vs.command('Inkling: Accept Proposal');
	await expect(vs.page.locator('.tab', { hasText: 'proposal' })).toHaveCount(0);
	await screenshot('proposal-accepted');
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
