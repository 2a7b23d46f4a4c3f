// What axe finds in a document inside a webview, which is a frame of a frame of another origin.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const source = readFileSync(require.resolve('axe-core', { paths: [require.resolve('@axe-core/playwright')] }), 'utf8');

/* global axe, document, getComputedStyle -- these run in the page */
/** The page of a side bar is transparent, and axe sees nothing behind a frame: it gets the colour that a person sees there. */
function showSideBar() {
	const { documentElement } = document;
	documentElement.style.background = getComputedStyle(documentElement).getPropertyValue('--vscode-sideBar-background');
}

/** The violations in the document of an element, as lines: the rule, and where. */
export async function violationsAround(locator) {
	const element = await locator.elementHandle();
	const frame = await element.ownerFrame();
	await frame.evaluate(showSideBar);
	await frame.evaluate(source);
	const { violations } = await frame.evaluate(() => axe.run());
	await frame.evaluate(() => document.documentElement.style.removeProperty('background'));
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
	);
}
