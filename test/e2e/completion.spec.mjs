import { expect, test } from './fixtures.mjs';

const file = 'src/measurement.ts';
/** Ordinary code without brackets, quotes and comments, which the editor would close by itself. */
const code =
	'\nexport const heights = measurements\nexport const lowest = measurement.height\nexport const unit = total / measurements' +
	'\nconst first = heights\nlet count = 0\nreturn this.heights\nexport default class Station extends Measurement';

/** Opens a file and types at its end until ghost text shows. */
async function ghostIn(vs, path, text) {
	await vs.openFile(path);
	await vs.page.keyboard.press('Control+End');
	const seen = await vs.typeUntilGhost(text);
	test.info().annotations.push({ type: 'measured', description: `${seen.milliseconds} ms: ${seen.text}` });
	return seen;
}

/** Layout aside: the editor indents by itself while text is typed. */
const flat = text => text.replace(/\s+/g, '');

test('shows ghost text while typing in a TypeScript file', async ({ vs, screenshot }) => {
	const { text } = await ghostIn(vs, file, code);
	await screenshot('ghost-text');
	expect(text.trim()).not.toBe('');
});

test('inserts exactly the ghost text when Tab is pressed', async ({ vs, screenshot }) => {
	const { typed, text } = await ghostIn(vs, file, code);
	await vs.page.keyboard.press('Tab');
	await expect.poll(() => vs.ghostText()).not.toBe(text);
	await screenshot('ghost-text-accepted');
	expect(flat(await vs.save(file))).toContain(flat(typed + text));
});

test('inserts one word at a time with Ctrl+Right', async ({ vs, screenshot }) => {
	const { typed, text } = await ghostIn(vs, file, code);
	// A blank at the start counts as a word of its own.
	for (let count = /^\s/.test(text) ? 2 : 1; count > 0; count--) await vs.page.keyboard.press('Control+ArrowRight');
	await expect.poll(() => vs.ghostText()).not.toBe(text);
	await screenshot('ghost-text-word');
	const saved = flat(await vs.save(file));
	const whole = flat(text);
	const beginnings = Array.from({ length: whole.length }, (_, at) => whole.slice(0, at + 1));
	const inserted = beginnings.filter(beginning => saved.endsWith(flat(typed) + beginning));
	expect(inserted).not.toEqual([]);
	// A suggestion of one word is inserted whole.
	expect(inserted.at(-1).length).toBeLessThan(/\w\W+\w/.test(text) ? whole.length : Infinity);
});

test('goes away with Escape and leaves the document as it was typed', async ({ vs }) => {
	const { typed } = await ghostIn(vs, file, code);
	await vs.page.keyboard.press('Escape');
	await expect(vs.ghost).toHaveCount(0);
	expect(flat(await vs.save(file)).endsWith(flat(typed))).toBe(true);
});

test('shows ghost text in a Python file', async ({ vs, screenshot }) => {
	const { text } = await ghostIn(
		vs,
		'scripts/tides.py',
		'\nheights = measurements\nimport os\nfor measurement in measurements\nreturn self.heights\nclass Station',
	);
	await screenshot('ghost-text-python');
	expect(text.trim()).not.toBe('');
});

test('shows ghost text in a Markdown article', async ({ vs, screenshot }) => {
	const { text } = await ghostIn(
		vs,
		'docs/tides.md',
		'\nThe gauge on the old pier measures the height of the water. If you want to read the list of the values in the table',
	);
	await screenshot('ghost-text-markdown');
	expect(text.trim()).not.toBe('');
});

test('suggests nothing while completions are turned off, and again after they are turned on', async ({
	vs,
	screenshot,
}) => {
	await vs.openFile(file);
	await vs.command('Inkling: Toggle Inline Completions');
	await expect(vs.statusLabel).toHaveAttribute('aria-label', 'Inkling: Completions are turned off.');
	await screenshot('status-off');
	await vs.page.keyboard.press('Control+End');
	await expect(vs.typeUntilGhost('\nexport const heights = measurements\n', 1000, 5000)).rejects.toThrow(/Timeout/);
	await vs.command('Inkling: Toggle Inline Completions');
	await expect(vs.statusLabel).not.toHaveAttribute('aria-label', 'Inkling: Completions are turned off.');
	await vs.page.keyboard.press('Control+End');
	const { text } = await vs.typeUntilGhost(code);
	expect(text.trim()).not.toBe('');
});
