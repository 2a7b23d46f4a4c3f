// `npm start -- --headless`: the product, unattended. Opens VS Code with the packaged extension in a real browser, types
// into the sample files, runs the commands on text, prints what came with its timings and leaves screenshots. Every text
// is read from the screen.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumArguments, ensureChromium } from './browser.mjs';
import { makePackages } from './package.mjs';
import { outFolder } from './paths.mjs';
import { say, SetupError } from './report.mjs';
import { ensureVsCodeServer } from './vscodeInstall.mjs';
import { addressOf, newWorkspace, startServer } from './vscodeServer.mjs';
import { Workbench } from './workbench.mjs';

const folder = join(outFolder, 'headless');

/** What is typed at the end of each file: a beginning in one go, then word by word until ghost text shows. */
const typing = [
	{
		file: 'src/measurement.ts',
		beginning: '\nexport function totalHeight(measurements: readonly Measurement[]): number {\n',
		rest: 'let total = 0;\nfor (const measurement of measurements)',
	},
	{
		file: 'scripts/tides.py',
		beginning: '\n\ndef total_height(measurements: list[Measurement]) -> float:\n',
		rest: 'total = 0.0\nfor measurement in measurements',
	},
	{
		file: 'docs/tides.md',
		beginning: '\nThe gauge on the old pier ',
		rest: 'measures the height of the water every ten minutes.',
	},
];

/** Runs the tour; 0 when everything the product promises happened. */
export async function runTour() {
	const executablePath = await ensureChromium();
	await ensureVsCodeServer();
	const vsix = await makePackages();
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const server = await startServer({ vsix });
	const browser = await chromium.launch({ executablePath, args: chromiumArguments });
	const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
	try {
		const vs = await open(page, server);
		const failures = [];
		const stops = [
			...typing.map(place => () => showCompletion(vs, place)),
			...tasks.map(task => () => showTask(vs, task)),
		];
		for (const stop of stops) {
			const failure = await stop();
			if (failure !== undefined) failures.push(failure);
			await vs.reset();
		}
		say(`\nScreenshots are in ${folder}`);
		if (failures.length > 0)
			throw new SetupError(`Inkling failed:\n${failures.map(failure => `- ${failure}`).join('\n')}`);
		return 0;
	} catch (error) {
		await page.screenshot({ path: join(folder, 'failure.png') }).catch(() => undefined);
		throw error;
	} finally {
		await browser.close();
		await server.stop();
	}
}

async function open(page, server) {
	const start = performance.now();
	const workspace = newWorkspace(server);
	await page.goto(addressOf(server, workspace));
	const vs = new Workbench(page, server, workspace);
	await vs.ready();
	const until = what => `${what} after ${Math.round(performance.now() - start)} ms`;
	say(until('VS Code is open'));
	await vs.readyModel();
	say(`${until('The model is ready')}: ${await vs.statusLabel.getAttribute('aria-label')}`);
	return vs;
}

const tasks = [
	{ name: 'summary', command: 'Inkling: Summarize', file: 'docs/tides.md' },
	{ name: 'translation', command: 'Inkling: Translate...', file: 'docs/messages.txt', language: 'zh' },
	{ name: 'continuation', command: 'Inkling: Continue Writing', file: 'docs/tides.md' },
];

async function showCompletion(vs, { file, beginning, rest }) {
	await vs.openFile(file);
	await vs.page.keyboard.press('Control+End');
	const name = `completion-${file.split('.').at(-1)}`;
	try {
		await vs.page.keyboard.type(beginning, { delay: 30 });
		const seen = await vs.typeUntilGhost(rest, 3000, 5000).catch(() => byHand(vs));
		await screenshot(vs, name);
		const how = seen.byHand ? 'asked for by hand (Alt+\\)' : 'while typing';
		say(`\n${name}: ghost text ${how}, ${seen.milliseconds} ms after the last key`);
		say(`  typed:     ${JSON.stringify(seen.typed.split('\n').at(-1))}\n  suggested: ${JSON.stringify(seen.text)}`);
		await vs.page.keyboard.press('Tab');
		await screenshot(vs, `${name}-accepted`);
		return undefined;
	} catch (error) {
		await vs.command('Inkling: Why No Suggestion?');
		await vs.quickRows.first().waitFor();
		const reasons = await vs.quickRows.allInnerTexts();
		await screenshot(vs, `${name}-none`);
		const told = reasons.slice(0, 5).map(reason => reason.replaceAll('\n', ' '));
		return `no ghost text in ${file} (${error.message.split('\n')[0]}). Why No Suggestion? says: ${told.join(' | ')}`;
	}
}

/** The model was not sure enough to speak by itself: a person would ask for what it has. */
async function byHand(vs) {
	return { typed: '', byHand: true, ...(await vs.askForGhost([' ', '\nreturn '])) };
}

async function showTask(vs, { name, command, file, lines, language }) {
	await vs.openFile(file);
	if (lines !== undefined) await vs.selectLines(...lines);
	await vs.command(command);
	if (language !== undefined) await vs.pick(language);
	const outcome = await vs.outcome();
	await screenshot(vs, name);
	say(`\n${name} of ${file}: ${outcome.milliseconds} ms`);
	if (outcome.failed !== undefined) return `${name}: ${outcome.failed}`;
	if (outcome.refused === undefined) return printResult(name, outcome);
	say(`  refused: ${outcome.refused}`);
	const extractive = vs.toasts.getByRole('button', { name: 'Show Extractive Summary' });
	if (!(await extractive.isVisible())) return undefined;
	await extractive.click();
	const result = await vs.result();
	await screenshot(vs, `${name}-extractive`);
	return printResult(name, result);
}

function printResult(name, { text, status, notes }) {
	for (const note of notes) say(`  note: ${note}`);
	say(`  ${text.trim().replaceAll('\n', '\n  ')}\n  [${status}]`);
	return text.trim() === '' ? `${name}: the result was empty` : undefined;
}

function screenshot(vs, name) {
	return vs.page.screenshot({ path: join(folder, `${name}.png`) });
}
