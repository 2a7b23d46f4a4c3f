// The whole chat panel without a mouse.
import { startChatServer } from '../../harness/chatServer.mjs';
import { expect, testIn } from '../fixtures.mjs';

/* global document, getComputedStyle -- in functions that run in the panel */
const answer = {
	reasoning: 'The moon pulls.',
	text: 'See [the almanac](https://example.org/tides):\n\n```ts\nexport const tide = 1;\n```\n\n| a | b |\n|-|-|\n| 1 | 2 |',
};
let goOn;
async function* held() {
	const released = new Promise(resolve => (goOn = resolve));
	yield 'It begins ';
	await released;
	yield 'and ends.';
}
const server = await startChatServer({ answer: question => (/slowly/.test(question) ? { text: held() } : answer) });
const test = testIn({
	machineSettings: { 'inkling.server.url': server.url, 'inkling.server.model': 'test-model' },
});
test.afterAll(() => server.stop());

/** What has the focus in the panel; '' for nothing of it. */
const focused = chat =>
	chat.page.locator('body').evaluate(() => {
		const element = document.activeElement;
		if (!element || element === document.body || !document.hasFocus()) return '';
		const name = element.getAttribute('aria-label') ?? element.textContent.trim();
		return `${element.localName} ${name}`;
	});

/** Everything that a mouse could press, by the same names. */
const controls = chat =>
	chat.page.locator('body').evaluate(() =>
		[...document.querySelectorAll('button, a, summary, textarea, [tabindex="0"], [role=link], [role=button]')]
			.filter(element => getComputedStyle(element).display !== 'none')
			.filter(element => element.getClientRects().length > 0)
			.map(element => `${element.localName} ${element.getAttribute('aria-label') ?? element.textContent.trim()}`),
	);

/** Goes on with Tab, or back with Shift+Tab, until something has the focus; fails when it never gets there. */
async function tabTo(chat, vs, name, key = 'Shift+Tab') {
	const met = [];
	while (met.length < 40) {
		await vs.page.keyboard.press(key);
		const now = await focused(chat);
		if (now.includes(name)) return;
		if (now === '') break;
		met.push(now);
	}
	throw new Error(`'${name}' was not reached by ${key}, only ${met.join(', ')}.`);
}

async function newChat(vs) {
	const chat = await vs.chat('Inkling: New Chat');
	await expect(chat.questions).toHaveCount(0);
	await expect(chat.input).toBeFocused();
	return chat;
}

/** Types a question and sends it, by keyboard alone. */
async function ask(chat, vs, text) {
	await vs.page.keyboard.type(text);
	await vs.page.keyboard.press('Enter');
	await expect(chat.questions.last()).toHaveText(text);
}

test('every control can be reached with Tab', async ({ vs, screenshot }) => {
	const chat = await newChat(vs);
	await ask(chat, vs, 'Tides?');
	await chat.answers.last().locator('table').waitFor();
	await chat.idle();
	await vs.openFile('src/measurement.ts');
	await vs.selectLines(1, 2);
	await expect(chat.chips.filter({ hasText: 'tokens' })).toHaveCount(1);
	await chat.input.focus();
	await vs.page.keyboard.type('And then?');
	await chat.page.locator('.turns').evaluate(list => list.focus());
	const met = [await focused(chat)];
	for (;;) {
		await vs.page.keyboard.press('Tab');
		const now = await focused(chat);
		if (now === '') break;
		met.push(now);
		expect(met.length).toBeLessThan(60);
	}
	await screenshot('panel-keyboard');
	expect(met).toEqual(await controls(chat));
	for (const name of [
		'Edit',
		'Copy',
		'Answer Again',
		'Insert at Cursor',
		'the almanac',
		'Message',
		'Add Context',
		'Model',
		'Send',
	])
		expect(
			met.some(one => one.includes(name)),
			name,
		).toBe(true);
	await vs.chat();
	await chat.input.fill('');
});

test('every control does its work with Enter or the space bar, and the focus stays where the work is', async ({
	vs,
}) => {
	const chat = await newChat(vs);
	const { keyboard } = vs.page;
	await ask(chat, vs, 'Tides?');
	await chat.idle();
	await expect(chat.input).toBeFocused();
	// Asking again, and the version before.
	await tabTo(chat, vs, 'Answer Again');
	await keyboard.press('Space');
	await expect(chat.answers.last()).toContainText('2/2');
	await chat.idle();
	// The button goes while an answer is written, and stays where that took no time at all.
	await expect.poll(() => focused(chat)).toMatch(/Message|Answer Again/);
	await tabTo(chat, vs, 'Previous Version');
	await keyboard.press('Enter');
	await expect(chat.answers.last()).toContainText('1/2');
	expect(await focused(chat)).toContain('Previous Version');
	// What the model thought, a link, and code.
	await chat.input.focus();
	await tabTo(chat, vs, 'Copy Code');
	await keyboard.press('Enter');
	await expect(chat.page.locator('.toast')).toHaveText('Copied.');
	await tabTo(chat, vs, 'the almanac');
	await keyboard.press('Enter');
	const dialog = vs.page.locator('.monaco-dialog-box');
	await expect(dialog).toContainText('https://example.org/tides');
	await keyboard.press('Escape');
	await dialog.waitFor({ state: 'hidden' });
	await vs.chat();
	await tabTo(chat, vs, 'What the model thought first');
	await keyboard.press('Space');
	await expect(chat.answers.last().getByText(answer.reasoning)).toBeVisible();
	// A question in other words, given up and done.
	await tabTo(chat, vs, 'Edit');
	await keyboard.press('Enter');
	await expect(chat.page.getByRole('textbox', { name: 'Edit' })).toBeFocused();
	await keyboard.press('Escape');
	await expect.poll(() => focused(chat)).toContain('Edit');
	await keyboard.press('Enter');
	await expect(chat.page.getByRole('textbox', { name: 'Edit' })).toBeFocused();
	await keyboard.type(' Ebb?');
	await tabTo(chat, vs, 'Ask Again', 'Tab');
	await keyboard.press('Space');
	await expect(chat.questions).toHaveText(['Tides? Ebb?']);
	await chat.idle();
	await expect(chat.input).toBeFocused();
});

test('context is added and removed, the model chosen and an answer stopped', async ({ vs }) => {
	const chat = await newChat(vs);
	const { keyboard } = vs.page;
	await tabTo(chat, vs, 'Add Context');
	await keyboard.press('Enter');
	await expect(chat.input).toBeFocused();
	await keyboard.type('tides.md');
	await expect(chat.choices.first()).toContainText('tides.md');
	await keyboard.press('Enter');
	await expect(chat.chips.filter({ hasText: 'tides.md' })).toHaveCount(1);
	await tabTo(chat, vs, 'Remove tides.md');
	await keyboard.press('Space');
	await expect(chat.chips.filter({ hasText: 'tides.md' })).toHaveCount(0);
	await expect(chat.input).toBeFocused();
	await tabTo(chat, vs, 'Model', 'Tab');
	await keyboard.press('Enter');
	await vs.quickRows.first().waitFor();
	await keyboard.press('Escape');
	await vs.chat();
	await ask(chat, vs, 'Tell me slowly');
	await expect(chat.answers.last()).toContainText('It begins');
	await tabTo(chat, vs, 'Stop', 'Tab');
	await keyboard.press('Enter');
	await expect(chat.answers.last()).toContainText('Stopped.');
	goOn();
	await expect.poll(() => focused(chat)).not.toBe('');
	await vs.chat();
	await ask(chat, vs, 'Once more, slowly');
	await expect(chat.answers.last()).toContainText('It begins');
	await keyboard.press('Escape');
	await expect(chat.answers.last()).toContainText('Stopped.');
	goOn();
	await chat.idle();
});
