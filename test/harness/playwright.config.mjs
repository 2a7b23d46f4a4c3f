import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { chromiumArguments } from './browser.mjs';
import { outFolder, root } from './paths.mjs';

/**
 * One worker: a workbench keeps two cores busy. A test is tried once; one that passes only sometimes is a bug. CI tries it
 * again in a new window, so that VS Code's own stumbles on a busy machine refuse nobody's work, and names it in its report.
 */
export default defineConfig({
	testDir: join(root, 'test', 'e2e'),
	testMatch: '*.spec.mjs',
	outputDir: join(outFolder, 'e2e', 'failures'),
	timeout: 120_000,
	expect: { timeout: 30_000 },
	workers: 1,
	retries: process.env.CI === undefined ? 0 : 1,
	forbidOnly: process.env.CI !== undefined,
	reporter: [['list'], ['json', { outputFile: join(outFolder, 'test', 'e2e.json') }]],
	use: {
		viewport: { width: 1280, height: 800 },
		trace: process.env.TRACE === '1' ? 'retain-on-failure' : 'off',
		launchOptions: { executablePath: process.env.INKLING_CHROMIUM, args: chromiumArguments },
	},
});
