import { engineProcesses } from './serverProcesses.mjs';
import { expect, testIn } from './fixtures.mjs';

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
