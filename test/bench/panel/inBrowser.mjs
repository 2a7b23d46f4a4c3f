// A workbench with the extension and a server that answers as fast as a large model does.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium as browsers } from '@playwright/test';
import { chromiumArguments } from '../../harness/browser.mjs';
import { startChatServer } from '../../harness/chatServer.mjs';
import { addressOf, newWorkspace, startServer } from '../../harness/vscodeServer.mjs';
import { Workbench } from '../../harness/workbench.mjs';

/** What the answers are made of. */
export const paragraph =
	'The tide at **Heron Point** turns twice a day, and `report.ts` says when: see [the almanac](https://example.org/tides).\n\n' +
	'- springs at new and full moon,\n- neaps at the quarters.\n\n```ts\nexport const height = (hour: number) => 2 + Math.cos(hour);\n```\n\n';

/** Pieces of an answer in Markdown for so long, four milliseconds apart: 250 tokens a second. */
async function* answerFor(durationMs) {
	const words = paragraph.split(/(?<= )/);
	const start = performance.now();
	for (let count = 0; performance.now() - start < durationMs; count++) {
		// A timer is late on a busy machine: whoever is behind sends more at once, as a network does.
		const due = (performance.now() - start) / 4;
		if (count > due) await delay(count * 4 - (performance.now() - start));
		yield words[count % words.length];
	}
}

/** Runs `measure` with a workbench of its own and the folder of the extension as it is installed; everything is ended and removed after it. */
export async function withPanel({ chromium, vsix }, measure) {
	const chatServer = await startChatServer({ answer: () => ({ text: answerFor(10_000) }) });
	const server = await startServer({
		vsix,
		machineSettings: { 'inkling.server.url': chatServer.url, 'inkling.server.model': 'test-model' },
	});
	const browser = await browsers.launch({ executablePath: chromium, args: chromiumArguments });
	try {
		const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
		const workspace = newWorkspace(server);
		await page.goto(addressOf(server, workspace));
		const workbench = new Workbench(page, server, workspace);
		await workbench.ready();
		const extension = readdirSync(server.extensionsFolder).find(name => /^inkling\.inkling-\d/.test(name));
		await measure({ workbench, browser, extension: join(server.extensionsFolder, extension) });
	} finally {
		await browser.close();
		await server.stop();
		chatServer.stop();
	}
}
