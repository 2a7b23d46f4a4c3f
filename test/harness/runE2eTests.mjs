// Packages the extension and runs test/e2e against the package, in VS Code in a real browser. Other arguments go to
// Playwright: npm run test:e2e -- ghost --headed
import { delimiter, join } from 'node:path';
import { harnessFolder, outFolder, root } from './paths.mjs';
import { ensureChromium } from './browser.mjs';
import { main, say, SetupError } from './report.mjs';
import { makePackages } from './package.mjs';
import { ensureDependencies } from './setup.mjs';
import { ensureVsCodeServer } from './vscodeInstall.mjs';
import { spawn } from 'node:child_process';

await main(async () => {
	await ensureDependencies();
	const chromium = await ensureChromium();
	await ensureVsCodeServer();
	const vsix = process.env.INKLING_VSIX ?? (await makePackages()).join(delimiter);
	say(`Testing ${vsix}`);
	const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
	const child = spawn(
		process.execPath,
		[cli, 'test', '-c', join(harnessFolder, 'playwright.config.mjs'), ...process.argv.slice(2)],
		{
			cwd: root,
			stdio: ['ignore', 'inherit', 'inherit'],
			env: { ...process.env, INKLING_VSIX: vsix, INKLING_CHROMIUM: chromium },
		},
	);
	const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
	if (code !== 0)
		throw new SetupError(`The end-to-end tests failed. Screenshots of failures are in ${join(outFolder, 'e2e')}.`);
});
