// What every end-to-end test gets: the packaged extension in a real VS Code in a real browser.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { outFolder } from '../harness/paths.mjs';
import { addressOf, newWorkspace, packagesUnderTest, startServer } from '../harness/vscodeServer.mjs';
import { Workbench } from '../harness/workbench.mjs';

export { expect } from '@playwright/test';

/**
 * The tests ask how ghost text works, not how good the model is or how busy this machine is: show whatever it suggests,
 * and give it time.
 */
export const patientSettings = { 'inkling.completion.minimumConfidence': 0, 'inkling.completion.timeLimitMs': 5000 };

const screenshots = join(outFolder, 'e2e');

/** Opens VS Code as a person does: by its address, with the extension installed. */
export async function openWorkbench(page, server) {
	const workspace = newWorkspace(server);
	await page.goto(addressOf(server, workspace));
	const workbench = new Workbench(page, server, workspace);
	await workbench.ready();
	return workbench;
}

/** A test function whose VS Code has these options (see `startServer`), or what a function resolves to; one server and one workbench for the whole file. */
export function testIn(options = {}) {
	return base.extend({
		server: [
			// eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
			async ({}, use) => {
				const own = typeof options === 'function' ? await options() : options;
				const server = await startServer({ vsix: packagesUnderTest(), settings: patientSettings, ...own });
				await use(server);
				await server.stop();
			},
			{ scope: 'worker', timeout: 90_000 },
		],
		// Opening a workbench costs seconds, so the tests of a file share one and leave it empty.
		shared: [
			async ({ browser, server }, use) => {
				const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
				await use(await openWorkbench(page, server));
				await page.close();
			},
			{ scope: 'worker', timeout: 180_000 },
		],
		vs: async ({ shared }, use, info) => {
			await use(shared);
			if (info.status !== info.expectedStatus) await shared.page.screenshot({ path: info.outputPath('workbench.png') });
			await shared.reset();
		},
		/** Saves what the person sees as out/e2e/<name>.png. */
		screenshot: async ({ shared }, use) => {
			mkdirSync(screenshots, { recursive: true });
			await use(name => shared.page.screenshot({ path: join(screenshots, `${name}.png`) }));
		},
	});
}

export const test = testIn();
