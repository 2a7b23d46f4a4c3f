import { expect, test } from './fixtures.mjs';

test('the walkthrough has four steps, from the hardware to the first command', async ({ vs, screenshot }) => {
	await vs.command('Welcome: Open Walkthrough...');
	await vs.pick('Start with Inkling');
	const steps = vs.page.locator('.gettingStartedContainer .getting-started-step h3');
	await expect(steps).toHaveText([
		'See what this machine can do',
		'Choose a model for this machine',
		'Take a suggestion',
		'Summarize, translate, continue',
	]);
	await screenshot('walkthrough');
	await vs.page.getByRole('button', { name: 'Choose Device...' }).click();
	await expect(vs.quickRows.filter({ hasText: 'Processor (CPU)' })).toBeVisible({ timeout: 60_000 });
	await vs.page.keyboard.press('Escape');
	// Having looked ticks the step.
	await expect(
		vs.page.locator('.getting-started-step').first().locator('.codicon-getting-started-step-checked.complete'),
	).toBeVisible();
});

test('Doctor writes a report to read and to copy', async ({ vs, screenshot }) => {
	await vs.command('Inkling: Doctor');
	const ready = vs.toasts.filter({ hasText: 'The report is ready. Nothing was sent' });
	await expect(ready).toBeVisible({ timeout: 90_000 });
	await expect(vs.editor).toContainText('Inkling Doctor');
	await expect(vs.editor).toContainText('Processor (CPU)');
	await screenshot('doctor');
	await ready.getByRole('button', { name: 'Copy Report' }).click();
	await expect(ready).toBeHidden();
});
