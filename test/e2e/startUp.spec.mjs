import { engineProcesses, extensionHosts } from './serverProcesses.mjs';
import { expect, openWorkbench, testIn } from './fixtures.mjs';

// A server of its own: in the one that other files share, somebody has worked already.
const test = testIn();

test('loads nothing before somebody works in an editor', async ({ vs, server }) => {
	await expect(vs.statusLabel).toHaveAttribute('aria-label', 'Inkling: Asleep until it is needed.');
	await vs.openFile('docs/tides.md');
	expect(engineProcesses(server)).toEqual([]);
	await vs.page.keyboard.press('ArrowDown');
	await expect(vs.statusLabel).toHaveAttribute('aria-label', /^Inkling: Ready/, { timeout: 60_000 });
	expect(engineProcesses(server)).toHaveLength(1);
});

test('a second window uses the model that the first has loaded', async ({ vs, server, browser }) => {
	await vs.openFile('docs/tides.md');
	await vs.page.keyboard.press('ArrowDown');
	await expect(vs.statusLabel).toHaveAttribute('aria-label', /^Inkling: Ready/, { timeout: 60_000 });
	const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
	const second = await openWorkbench(page, server);
	await second.openFile('docs/tides.md');
	await page.keyboard.press('ArrowDown');
	await expect(second.statusLabel).toHaveAttribute('aria-label', /^Inkling: Ready/, { timeout: 60_000 });
	expect(extensionHosts(server)).toHaveLength(2);
	expect(engineProcesses(server)).toHaveLength(1);
	await page.close();
});
