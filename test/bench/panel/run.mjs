// npm run bench:panel: how soon the chat panel is there, and how smoothly an answer arrives in it while somebody types: the packaged
// extension in a real VS Code in a real browser. See docs/performance.md.
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureChromium } from '../../harness/browser.mjs';
import { makePackages } from '../../harness/package.mjs';
import { outFolder, root } from '../../harness/paths.mjs';
import { main, say } from '../../harness/report.mjs';
import { ensureDependencies } from '../../harness/setup.mjs';
import { ensureVsCodeServer } from '../../harness/vscodeInstall.mjs';
import { measureAlone } from './alone.mjs';
import { withPanel } from './inBrowser.mjs';
import { measureOpening } from './opening.mjs';
import { measureStreaming } from './streaming.mjs';

await main(async () => {
	await ensureDependencies();
	const chromium = await ensureChromium();
	await ensureVsCodeServer();
	const vsix = process.env.INKLING_VSIX?.split(delimiter) ?? (await makePackages());
	const summarize = await statistics();
	await withPanel({ chromium, vsix }, async place => {
		const { labels, fromPress, fromFrame, scripts, bytes } = await measureOpening(place);
		report('press to first paint, everything of VS Code included', summarize(fromPress.slice(1), 'ms'));
		report('the first time in a window', summarize(fromPress.slice(0, 1), 'ms'));
		report("the panel's own document to its first paint", summarize(fromFrame, 'ms'));
		say(`script before the first paint: ${(bytes / 1000).toFixed(1)} kB (${scripts.join(', ')})`);
		const { updates, arrivals, frames, idle, gaps, keys, lost, typed } = await measureStreaming(place);
		report('updates a second while an answer arrives', summarize(updates, '/s'));
		report('messages a second that brought them', summarize(arrivals, '/s'));
		report('frames a second that the browser drew meanwhile', summarize(frames, '/s'));
		report('frames a second without an answer', summarize(idle, '/s'));
		report('between two updates', summarize(gaps, 'ms'));
		report('key to the frame that shows it, meanwhile', summarize(keys, 'ms'));
		say(`characters typed meanwhile: ${typed}, lost: ${lost}`);
		const alone = await measureAlone({ ...place, labels });
		const [script, style, layout] = alone.costs.map(cost => cost.toFixed(2));
		say(`the page alone: ${alone.updates} updates in ${alone.frames} frames of 10 s`);
		say(`for each update ${script} ms of script, ${style} ms of style, ${layout} ms of layout`);
	});
	return 0;
});

function report(what, { median, p90, least, most, count, unit }) {
	say(`${what}: ${median} ${unit} (p90 ${p90}, ${least} to ${most}, n = ${count})`);
}

/** The summary that every benchmark reports with. */
async function statistics() {
	const { build } = await import('esbuild');
	const outfile = join(outFolder, 'statistics.mjs');
	await build({ entryPoints: [join(root, 'test', 'bench', 'statistics.ts')], outfile, format: 'esm' });
	return (await import(pathToFileURL(outfile).href)).summarize;
}
