// Finds a Chromium for the tests: the installed one, else the system's packages when run as root, else Playwright's own.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { lockFile, root } from './paths.mjs';
import { withLock } from './lock.mjs';
import { runProgram, say, SetupError, step } from './report.mjs';

/** Switches that keep the browser quiet, offline and able to run in a container. */
export const chromiumArguments = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-dev-shm-usage',
];

/**
 * Path of a Chromium that starts. INKLING_CHROMIUM names one to use.
 * @throws SetupError that says what to install when none can be had
 */
export async function ensureChromium() {
	const found = installedChromium();
	if (found !== undefined) return found;
	const reasons = [];
	for (const attempt of [installFromSystem, downloadWithPlaywright]) {
		try {
			const path = await withLock(lockFile, async () => installedChromium() ?? (await attempt()));
			if (path !== undefined) return path;
		} catch (error) {
			reasons.push(error.message);
		}
	}
	throw new SetupError(
		[
			'The tests need Chromium, and none could be found or installed.',
			"Install it (Debian: 'sudo apt-get install chromium fonts-noto-cjk'; elsewhere: Chrome or Chromium), or set INKLING_CHROMIUM to its path.",
			...reasons.map(reason => `- ${reason}`),
		].join('\n'),
	);
}

function installedChromium() {
	const named = process.env.INKLING_CHROMIUM;
	if (named) {
		if (starts(named)) return named;
		throw new SetupError(`INKLING_CHROMIUM is ${named}, which does not start.`);
	}
	const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
	const folders = [...new Set([...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'])];
	const candidates = [
		...folders.flatMap(folder => names.map(name => join(folder, name))),
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
		'/Applications/Chromium.app/Contents/MacOS/Chromium',
	];
	return candidates.find(path => existsSync(path) && starts(path));
}

/** Ubuntu's `chromium` may be a script that only asks for a snap, so being there is not enough. */
function starts(path) {
	try {
		return /Chrom/.test(
			execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 30_000 }),
		);
	} catch {
		return false;
	}
}

async function installFromSystem() {
	if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const wait = ['-o', 'DPkg::Lock::Timeout=400'];
	await step('Installing Chromium and Chinese fonts with apt-get (about 350 MB, once)', async () => {
		await runProgram('apt-get', [...wait, 'update'], { env });
		await runProgram('apt-get', [...wait, 'install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], {
			env,
		});
	});
	return installedChromium();
}

async function downloadWithPlaywright() {
	const { chromium } = await import('@playwright/test');
	const path = chromium.executablePath();
	if (!existsSync(path)) {
		const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
		await step('Downloading Chromium with Playwright (once)', () =>
			runProgram(process.execPath, [cli, 'install', 'chromium']),
		);
	}
	if (starts(path)) return path;
	say(
		`${path} does not start; its system libraries may be missing ('npx playwright install-deps chromium' installs them as root).`,
	);
	return undefined;
}
