#!/usr/bin/env node
// Stands in for the desktop `code` executable where none can be downloaded or shown: takes the arguments that
// @vscode/test-electron passes, runs the tests in the extension host of the VS Code server, prints what they print and
// exits with their result.
import { format } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { chromiumArguments, ensureChromium } from './browser.mjs';
import { main, SetupError } from './report.mjs';
import { ensureVsCodeServer } from './vscodeInstall.mjs';
import { newWorkspace, openWorkbench, startServer } from './vscodeServer.mjs';

const timeLimitMs = 10 * 60_000;
const silenceLimitMs = 2 * 60_000;

await main(async () => {
	const development = argument('extensionDevelopmentPath');
	const tests = argument('extensionTestsPath');
	const folder = process.argv.slice(2).find(value => !value.startsWith('-'));
	await ensureVsCodeServer();
	const executablePath = await ensureChromium();
	// Only what the tests were given reaches the extension host, besides the variables every program has.
	const server = await startServer({ env: testEnvironment() });
	const browser = await chromium.launch({ executablePath, args: chromiumArguments });
	try {
		const page = await browser.newPage();
		const ended = new Promise(resolve => void page.exposeFunction('codeAutomationExit', code => resolve(code)));
		const { silence } = await printConsole(page);
		await openWorkbench(page, server, newWorkspace(server, folder), { development, tests });
		return await Promise.race([ended, silence(), timeOut(server)]);
	} finally {
		await browser.close();
		await server.stop();
	}
});

function argument(name) {
	return process.argv.find(value => value.startsWith(`--${name}=`))?.slice(name.length + 3);
}

function testEnvironment() {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('INKLING_')));
}

/**
 * Prints the console of the extension host; VS Code's own log lines, which also come this way, never start with blanks.
 * `silence` rejects after a long one, so that a hanging extension host fails soon.
 */
async function printConsole(page) {
	let lastLine = performance.now();
	await page.exposeFunction('codeAutomationLog', (level, parameters) => {
		lastLine = performance.now();
		const line = format(...parameters);
		if (process.env.VERBOSE === '1' || (level === 'info' && /^( {2}|\n|$)/.test(line)))
			process.stdout.write(`${line}\n`);
	});
	const silence = async () => {
		while (performance.now() - lastLine < silenceLimitMs) await delay(1000, undefined, { ref: false });
		throw new SetupError(`The extension host said nothing for ${silenceLimitMs / 1000} s.`);
	};
	return { silence };
}

async function timeOut(server) {
	await delay(timeLimitMs, undefined, { ref: false });
	throw new SetupError(`The tests did not end within ${timeLimitMs / 60_000} minutes.\n${server.log()}`);
}
