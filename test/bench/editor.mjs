// npm run bench:editor: from the key to the ghost text, as a person sees it: the packaged extension with its built-in model in a real
// VS Code in a browser. `--rounds <n>` repeats the typing (3); `--json` prints the results once more as one last line of JSON.
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { chromiumArguments, ensureChromium } from '../harness/browser.mjs';
import { makePackages } from '../harness/package.mjs';
import { main, say } from '../harness/report.mjs';
import { ensureDependencies } from '../harness/setup.mjs';
import { ensureVsCodeServer } from '../harness/vscodeInstall.mjs';
import { addressOf, newWorkspace, startServer } from '../harness/vscodeServer.mjs';
import { Workbench } from '../harness/workbench.mjs';

const file = 'src/measurement.ts';

/** Typed word by word at the end of the file, in an order that makes sense; no brackets, which the editor would close. */
const lines = [
	'export const heights = measurements',
	'export const lowest = measurement.height',
	'const first = heights',
	'let count = 0',
	'export default class Station extends Measurement',
	'import type Station from measurement',
	'const station = measurement.station',
	'export type Heights = readonly Measurement',
	'let total = measurement.height',
	'return total / measurements.length',
	'export const unit = total / measurements',
	'const average = total / count',
];

await main(async () => {
	const { values } = parseArgs({
		options: { rounds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } },
	});
	await ensureDependencies();
	const executablePath = await ensureChromium();
	await ensureVsCodeServer();
	const server = await startServer({ vsix: await makePackages() });
	const browser = await chromium.launch({ executablePath, args: chromiumArguments });
	try {
		const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
		const found = await measure(await open(page, server), Number(values.rounds));
		const results = Object.fromEntries(Object.entries(found).map(([name, list]) => [name, summary(list)]));
		for (const [name, { count, p50, p90, most }] of Object.entries(results))
			say(`${name}: p50 ${p50} ms, p90 ${p90} ms, most ${most} ms (${count} suggestions)`);
		if (values.json) say(JSON.stringify({ bench: 'editor', ...results }));
		return 0;
	} finally {
		await browser.close();
		await server.stop();
	}
});

async function open(page, server) {
	const workspace = newWorkspace(server);
	await page.goto(addressOf(server, workspace));
	const vs = new Workbench(page, server, workspace);
	await vs.ready();
	await vs.readyModel();
	await vs.openFile(file);
	await page.keyboard.press('Control+End');
	return vs;
}

/** Milliseconds from the last key: while typing on, the wait for the next key included; and when asked for by hand, without one. */
async function measure(vs, rounds) {
	const [typed, asked] = [[], []];
	for (let round = 0; round < rounds; round++)
		for (const line of lines) {
			await vs.page.keyboard.press('Escape');
			await vs.page.keyboard.press('Enter');
			for (const word of line.split(/(?<= )/)) {
				await add(vs, typed, () => vs.page.keyboard.type(word, { delay: 60 }), 1200);
				await vs.page.keyboard.press('Escape');
			}
			await add(vs, asked, () => vs.page.keyboard.press('Alt+\\'), 3000);
		}
	return { 'while typing': typed, 'asked for by hand': asked };
}

/** Whether there will be a suggestion is the model's to say: after `patienceMs` there was none. */
async function add(vs, list, act, patienceMs) {
	await vs.watchGhost();
	await act();
	const seen = await vs.nextGhost(patienceMs).catch(() => undefined);
	if (seen !== undefined) list.push(seen.milliseconds);
}

function summary(list) {
	const sorted = [...list].sort((one, other) => one - other);
	const at = share => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
	return { count: sorted.length, p50: at(0.5), p90: at(0.9), most: sorted.at(-1) };
}
