import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../harness/paths.mjs';
import { engineProcesses } from './serverProcesses.mjs';
import { expect, test } from './fixtures.mjs';

/** Places where any model for code has something to say. */
const beginnings = ['\nexport function ', 'heights(measurements: Measurement[]', ': number {\n', 'return '];

test('says in words which model is ready and opens a menu', async ({ vs, screenshot }) => {
	await vs.readyModel();
	await expect(vs.statusLabel).toHaveAttribute('aria-label', /^Inkling: Ready: inkling-code on CPU/, {
		timeout: 60_000,
	});
	await vs.statusItem.click();
	await expect(vs.quickRows.first()).toContainText('Ready: inkling-code on CPU');
	for (const entry of [
		'Turn Completions Off',
		'Snooze...',
		'Why No Suggestion?',
		'Choose Model...',
		'Choose Device...',
		'Restart Engine',
		'Show Log',
	]) {
		await expect(vs.quickRows.filter({ hasText: entry }).first()).toBeVisible();
	}
	await screenshot('status-menu');
	await vs.page.keyboard.press('Escape');
});

test('lists the devices with a measured time or the reason they cannot be used, and keeps the choice', async ({
	vs,
	screenshot,
}) => {
	await vs.readyModel();
	await vs.command('Inkling: Choose Device...');
	const processor = vs.quickRows.filter({ hasText: 'Processor (CPU)' });
	await expect(processor).toBeVisible({ timeout: 60_000 });
	await expect(vs.quickRows.first()).toContainText('Automatic');
	await expect(vs.quickRows.filter({ hasText: 'DirectML' })).toContainText('Not for this system.');
	await vs.quickRows.filter({ hasText: 'Measure Now' }).click();
	await expect(processor).toContainText(/[\d.,]+ ms for a short answer/, { timeout: 120_000 });
	await expect(vs.quickRows.first()).toContainText('Measured: inkling-code runs on CPU.');
	await screenshot('choose-device');
	await processor.click();
	// The setting is in effect once its file was written and read again.
	await expect(async () => {
		await vs.command('Inkling: Choose Device...');
		await expect(vs.quickRows.filter({ hasText: 'Trying the devices' })).toHaveCount(0, { timeout: 20_000 });
		await expect(processor.locator('.codicon-check')).toBeVisible({ timeout: 1000 });
	}).toPass({ timeout: 60_000 });
	await vs.quickRows.filter({ hasText: 'Automatic' }).click();
});

test('says why there was no suggestion', async ({ vs, screenshot }) => {
	await vs.openFile('src/report.ts');
	await vs.page.keyboard.press('Control+End');
	await vs.askForGhost(beginnings);
	await vs.command('Inkling: Why No Suggestion?');
	await expect(vs.quickRows.first()).toContainText('report.ts');
	await screenshot('why-no-suggestion');
	await vs.page.keyboard.press('Escape');
});

test('turns completions off for one language', async ({ vs }) => {
	await vs.openFile('scripts/tides.py');
	await vs.command('Inkling: Toggle Inline Completions for This Language');
	await expect(vs.statusLabel).toHaveAttribute('aria-label', 'Inkling: Completions are turned off for this language.');
	await vs.command('Inkling: Toggle Inline Completions for This Language');
	await expect(vs.statusLabel).not.toHaveAttribute(
		'aria-label',
		'Inkling: Completions are turned off for this language.',
	);
});

test('is snoozed and woken', async ({ vs }) => {
	await vs.command('Inkling: Snooze Inline Completions');
	await expect(vs.quickRows.first()).toContainText('5 minutes');
	await vs.page.keyboard.press('Enter');
	await expect(vs.statusLabel).toHaveAttribute('aria-label', 'Inkling: Completions are snoozed.');
	await vs.command('Inkling: Toggle Inline Completions');
	await expect(vs.statusLabel).not.toHaveAttribute('aria-label', 'Inkling: Completions are snoozed.');
});

/** Runs Continue Writing until it has begun to write, and stops the engine's process in the middle of it. */
async function freezeWhileWriting(vs, server) {
	const engines = engineProcesses(server);
	expect(engines.length).toBeGreaterThan(0);
	for (let attempt = 0; attempt < 5; attempt++) {
		await vs.openFile('docs/tides.md');
		await vs.command('Inkling: Continue Writing');
		await expect(vs.webview.locator('.result')).not.toBeEmpty({ timeout: 60_000 });
		for (const pid of engines) process.kill(pid, 'SIGSTOP');
		if (await vs.webview.getByRole('button', { name: 'Stop' }).isVisible()) return engines;
		// It was faster than we: let it go on and try again.
		for (const pid of engines) process.kill(pid, 'SIGCONT');
	}
	throw new Error('The engine could not be caught while it was writing.');
}

/** A template of the workspace's own that writes for long. */
function writeLongTemplate(vs) {
	const folder = join(vs.workspace, '.inkling', 'prompts');
	mkdirSync(folder, { recursive: true });
	const template = readFileSync(join(root, 'media', 'prompts', 'continue.md'), 'utf8');
	writeFileSync(join(folder, 'continue.md'), template.replace(/maxTokens: \d+/, 'maxTokens: 800'));
	return () => rmSync(join(vs.workspace, '.inkling'), { recursive: true });
}

test('recovers from the death of its engine while it generates, with one message at most', async ({
	vs,
	server,
	screenshot,
}) => {
	await vs.readyModel();
	const removeTemplate = writeLongTemplate(vs);
	const killed = await freezeWhileWriting(vs, server);
	removeTemplate();
	for (const pid of killed) process.kill(pid, 'SIGKILL');
	await expect.poll(() => engineProcesses(server).filter(pid => killed.includes(pid))).toEqual([]);
	const outcome = await vs.outcome();
	await screenshot('engine-killed');
	expect(outcome.refused).toBeUndefined();
	expect(await vs.toasts.count()).toBeLessThanOrEqual(1);
	await vs.command('View: Close All Editors');
	await vs.openFile('src/report.ts');
	await vs.page.keyboard.press('Control+End');
	const { text } = await vs.askForGhost(beginnings);
	await screenshot('engine-recovered');
	expect(text.trim()).not.toBe('');
	expect(engineProcesses(server).length).toBeGreaterThan(0);
});

test('an engine that crashes again and again is switched off with one message, and Retry brings it back', async ({
	vs,
	server,
	screenshot,
}) => {
	await vs.command('Inkling: Restart Engine');
	await vs.readyModel();
	const switchedOff = 'Inkling: Inkling: the engine stopped several times in a row and was switched off.';
	await expect(async () => {
		for (const pid of engineProcesses(server)) process.kill(pid, 'SIGKILL');
		await expect(vs.statusLabel).toHaveAttribute('aria-label', switchedOff, { timeout: 300 });
	}).toPass({ timeout: 60_000 });
	const message = vs.toasts.filter({ hasText: 'was switched off' });
	await expect(message).toHaveCount(1);
	for (const way of ['Show Log', 'Use CPU', 'Retry'])
		await expect(message.getByRole('button', { name: way })).toBeVisible();
	// It slides in.
	await expect(message.getByRole('button', { name: 'Retry' })).toBeInViewport({ ratio: 1 });
	await screenshot('engine-switched-off');
	await message.getByRole('button', { name: 'Retry' }).click();
	await vs.readyModel();
	expect(await vs.toasts.count()).toBe(0);
});
