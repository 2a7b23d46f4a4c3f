// From the press that opens the side bar to the first paint of the panel's own document.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../harness/workbench.mjs';

const rounds = 16;

/** Milliseconds of each round, and the scripts that were loaded before the first paint with their bytes as shipped. */
export async function measureOpening({ workbench, extension }) {
	const { page } = workbench;
	const icon = page.locator('.activitybar a.action-label[aria-label="Inkling"]');
	await icon.waitFor();
	await page.evaluate(() => {
		const note = () => (globalThis.inklingPressed = performance.timeOrigin + performance.now());
		document.addEventListener('mousedown', note, true);
	});
	const found = [];
	for (let round = 0; round < rounds; round++) {
		await icon.click();
		found.push(await eventually(() => paintOf(workbench)));
		await page.keyboard.press('Control+B');
		await page.locator('iframe.webview').first().waitFor({ state: 'detached' });
	}
	// The first one stands in the page itself.
	const scripts = ['main.js', ...found[0].scripts];
	return {
		labels: await labelsOf(workbench, icon),
		fromPress: found.map(({ fromPress }) => fromPress),
		fromFrame: found.map(({ fromFrame }) => fromFrame),
		scripts,
		bytes: scripts.reduce((sum, name) => sum + statSync(join(extension, 'dist', 'chat', name)).size, 0),
	};
}

/** The texts of the panel, as the extension gave them to its page. */
async function labelsOf({ webview, page }, icon) {
	await icon.click();
	const labels = await webview.locator('#root').getAttribute('data-labels');
	await page.keyboard.press('Control+B');
	return JSON.parse(labels);
}

/* global document -- these run in the page and in the panel */
async function paintOf(workbench) {
	const pressed = await workbench.page.evaluate(() => globalThis.inklingPressed);
	const main = workbench.webview.locator('main');
	await main.waitFor({ timeout: 1000 });
	const { origin, paint, scripts } = await main.evaluate(() => {
		const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
		const scripts = performance
			.getEntriesByType('resource')
			.filter(({ name, startTime }) => new URL(name).pathname.endsWith('.js') && startTime < paint)
			.map(({ name }) => new URL(name).pathname.split('/').at(-1));
		return { origin: performance.timeOrigin, paint, scripts };
	});
	if (paint === undefined) throw new Error('The panel is not painted yet.');
	return { fromPress: origin + paint - pressed, fromFrame: paint, scripts };
}
