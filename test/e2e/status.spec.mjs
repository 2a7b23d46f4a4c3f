import { execFileSync } from 'node:child_process';
import { expect, test } from './fixtures.mjs';

/** Process ids of the engines of this server's extension host, by their command line. */
function engineProcesses(server) {
	const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
	return lines
		.filter(line => line.includes(server.extensionsFolder) && line.includes('engine.js'))
		.map(line => Number.parseInt(line, 10));
}

test('says in words which model is ready and opens a menu', async ({ vs, screenshot }) => {
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
		'Restart Engine',
		'Show Log',
	]) {
		await expect(vs.quickRows.filter({ hasText: entry }).first()).toBeVisible();
	}
	await screenshot('status-menu');
	await vs.page.keyboard.press('Escape');
});

test('says why there was no suggestion', async ({ vs, screenshot }) => {
	await vs.openFile('src/report.ts');
	await vs.page.keyboard.press('Control+End');
	await vs.typeUntilGhost('\nexport const reports = reportStations\nexport const groups = groupByStation');
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
	await vs.page.keyboard.press('Enter');
	await expect(vs.statusLabel).toHaveAttribute('aria-label', 'Inkling: Completions are snoozed.');
	await vs.command('Inkling: Toggle Inline Completions');
	await expect(vs.statusLabel).not.toHaveAttribute('aria-label', 'Inkling: Completions are snoozed.');
});

test('recovers from the death of its engine while it generates, with one message at most', async ({
	vs,
	server,
	screenshot,
}) => {
	await expect(vs.statusLabel).toHaveAttribute('aria-label', /Ready/, { timeout: 60_000 });
	await vs.openFile('docs/tides.md');
	await vs.command('Inkling: Continue Writing');
	await vs.webview.getByRole('button', { name: 'Stop' }).waitFor({ timeout: 30_000 });
	const killed = engineProcesses(server);
	expect(killed.length).toBeGreaterThan(0);
	for (const pid of killed) process.kill(pid, 'SIGKILL');
	await expect.poll(() => engineProcesses(server).filter(pid => killed.includes(pid))).toEqual([]);
	await vs.webview.getByRole('button', { name: 'Copy' }).waitFor({ timeout: 60_000 });
	await screenshot('engine-killed');
	expect(await vs.toasts.count()).toBeLessThanOrEqual(1);
	await vs.command('View: Close All Editors');
	await vs.openFile('src/report.ts');
	await vs.page.keyboard.press('Control+End');
	const { text } = await vs.typeUntilGhost(
		'\nexport const reports = reportStations\nexport const groups = groupByStation',
		5000,
		60_000,
	);
	await screenshot('engine-recovered');
	expect(text.trim()).not.toBe('');
	expect(engineProcesses(server).length).toBeGreaterThan(0);
});
