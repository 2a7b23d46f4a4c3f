// The chat with a server that answers exactly what each test needs, in dark and in high contrast.
import { join } from 'node:path';
import { startChatServer } from '../harness/chatServer.mjs';
import { violationsAround } from './accessibility.mjs';
import { expect, testIn } from './fixtures.mjs';

const code = "export const springTide = 'at new and full moon';";
const answers = [
	// First, because the file has words of the others.
	[/What is attached/, 'It is about tides: [docs/tides.md#L1-L3].'],
	[
		/function/,
		`Here it is:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nIt can be used **anywhere**:\n\n- in \`report.ts\`,\n- in tests.`,
	],
	[/almanac/, 'See [the almanac](https://example.org/%74ides?place=Heron%20Point).'],
	[/table/, '| Place | Height |\n| --- | ---: |\n| Heron Point | 4.2 m |\n\n> Above chart datum.'],
	[/think/, { reasoning: 'The moon pulls. So does the sun.', text: 'Both the moon and the sun.' }],
];
let asked = 0;
const server = await startChatServer({
	answer: question => answers.find(([pattern]) => pattern.test(question))?.[1] ?? `Answer number ${++asked}.`,
});
const test = testIn({
	machineSettings: { 'inkling.server.url': server.url, 'inkling.server.model': 'test-model' },
});
test.afterAll(() => server.stop());

const codeButton = (chat, name) => chat.answers.last().getByRole('button', { name });

/** An empty conversation in which this was asked. */
async function newChat(vs, question) {
	const chat = await vs.chat('Inkling: New Chat');
	await expect(chat.questions).toHaveCount(0);
	await expect(chat.input).toBeFocused();
	if (question !== undefined) await chat.ask(question);
	return chat;
}

test('code of an answer is inserted at the cursor, as one undo step', async ({ vs, screenshot }) => {
	await vs.openFile('src/measurement.ts');
	await vs.goTo(1);
	const before = await vs.read('src/measurement.ts');
	const chat = await newChat(vs, 'Write a function');
	await screenshot('chat-code');
	await codeButton(chat, 'Insert at Cursor').click();
	await expect(chat.page.locator('.toast')).toHaveText('Inserted.');
	expect(await vs.save('src/measurement.ts')).toBe(code + before);
	await vs.page.keyboard.press('Control+Z');
	await vs.page.locator('.tab.active.dirty').waitFor();
	expect(await vs.save('src/measurement.ts')).toBe(before);
});

test('code of an answer replaces the selection through a diff, and not before it was accepted', async ({
	vs,
	screenshot,
}) => {
	const chat = await newChat(vs, 'Write a function');
	await vs.openFile('src/measurement.ts');
	await vs.selectLines(1, 2);
	const before = await vs.read('src/measurement.ts');
	await expect(chat.chips.filter({ hasText: 'measurement.ts:1-2' })).toContainText('tokens');
	await codeButton(chat, 'Replace Selection...').click();
	await vs.page.locator('.monaco-diff-editor').first().waitFor();
	await vs.page.locator('.monaco-diff-editor .char-insert, .monaco-diff-editor .line-insert').first().waitFor();
	await screenshot('chat-replace');
	expect(await vs.read('src/measurement.ts')).toBe(before);
	await vs.command('Inkling: Accept Proposal');
	await vs.page.locator('.tab.active[data-resource-name="measurement.ts"]').waitFor();
	await vs.page.locator('.tab.active.dirty').waitFor();
	const after = await vs.save('src/measurement.ts');
	expect(after).toBe(`${code}\n${before.split('\n').slice(2).join('\n')}`);
});

test('code of an answer opens as a new file in its language', async ({ vs }) => {
	const chat = await newChat(vs, 'Write a function');
	await codeButton(chat, 'New File').click();
	await vs.page.locator('.tab.active[data-resource-name^="Untitled"]').waitFor();
	await expect(vs.page.locator('.statusbar-item', { hasText: 'TypeScript' })).toBeVisible();
	await expect(vs.editor.locator('.view-lines')).toContainText('springTide');
});

test('a question in other words and an answer asked for again stand beside the old ones', async ({
	vs,
	screenshot,
}) => {
	const chat = await newChat(vs, 'Ebb?');
	const first = await chat.answers.last().locator('.markdown').textContent();
	await chat.answers.last().getByRole('button', { name: 'Answer Again' }).click();
	await expect(chat.answers.last()).toContainText('2/2');
	await expect(chat.answers.last().locator('.markdown')).not.toHaveText(first);
	await chat.answers.last().getByRole('button', { name: 'Previous Version' }).click();
	await expect(chat.answers.last().locator('.markdown')).toHaveText(first);
	await chat.page.locator('article.question').last().hover();
	await chat.page.getByRole('button', { name: 'Edit', exact: true }).click();
	const editor = chat.page.getByRole('textbox', { name: 'Edit' });
	await editor.fill('Flood?');
	await screenshot('chat-edit');
	await editor.press('Enter');
	await expect(chat.questions).toHaveText(['Flood?']);
	await chat.idle();
	await chat.page.getByRole('button', { name: 'Previous Version' }).first().click();
	await expect(chat.questions).toHaveText(['Ebb?']);
	await expect(chat.answers.last().locator('.markdown')).toHaveText(first);
	await screenshot('chat-variants');
});

test('a slash completes a command by keyboard alone', async ({ vs, screenshot }) => {
	const chat = await newChat(vs);
	await chat.input.pressSequentially('/su');
	await chat.choices.filter({ hasText: '/summarize' }).waitFor();
	await screenshot('chat-commands');
	await chat.input.press('Tab');
	await expect(chat.input).toHaveValue('/summarize ');
	await chat.input.fill('');
});

test('a file becomes a chip with its cost, goes with the question and can be cited', async ({ vs, screenshot }) => {
	const chat = await newChat(vs);
	await chat.input.pressSequentially('@tides.md');
	await chat.choices.filter({ hasText: 'tides.md' }).first().waitFor();
	await screenshot('chat-picker');
	expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
	await chat.input.press('Enter');
	await expect(chat.chips.filter({ hasText: 'tides.md' })).toContainText('tokens');
	await screenshot('chat-chip');
	await chat.ask('What is attached?');
	expect(server.requests.at(-1).body).toContain(JSON.stringify(await vs.read('docs/tides.md')).slice(1, 60));
	await expect(chat.chips.filter({ hasText: 'tides.md' })).toHaveCount(0);
	await chat.answers.last().getByRole('link', { name: 'docs/tides.md#L1-L3' }).click();
	await vs.page.locator('.tab.active[data-resource-name="tides.md"]').waitFor();
	await vs.page.locator('.statusbar-item', { hasText: /selected/ }).waitFor();
	await screenshot('chat-citation');
});

test('a link shows its whole decoded address and asks', async ({ vs, screenshot }) => {
	const chat = await newChat(vs, 'Which almanac?');
	await chat.answers.last().getByRole('link', { name: 'the almanac' }).click();
	const dialog = vs.page.locator('.monaco-dialog-box');
	await expect(dialog).toContainText('https://example.org/tides?place=Heron Point');
	await screenshot('chat-link');
	await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('what a model thought is folded away, and what was sent is said', async ({ vs, screenshot }) => {
	const chat = await newChat(vs, 'Please think about it');
	const thoughts = chat.answers.last().locator('details');
	await expect(thoughts).not.toHaveAttribute('open', '');
	await expect(thoughts.getByText('So does the sun.')).toBeHidden();
	await thoughts.locator('summary').press('Enter');
	await expect(thoughts.getByText('So does the sun.')).toBeVisible();
	await expect(chat.answers.last()).toContainText('321 tokens of text were sent to 127.0.0.1');
	await screenshot('chat-reasoning');
	expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
});

test('a conversation has no accessibility violations, in dark and in high contrast', async ({ vs, screenshot }) => {
	const chat = await newChat(vs, 'Write a function');
	await chat.ask('As a table, please');
	await chat.answers.last().locator('table').waitFor();
	expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
	const themes = {
		'Dark High Contrast': 'vscode-high-contrast',
		'Light High Contrast': 'vscode-high-contrast-light',
		'Dark Modern': 'vscode-dark',
	};
	for (const [theme, bodyClass] of Object.entries(themes)) {
		// Another command's title has the same words.
		await vs.page.keyboard.press('Control+K');
		await vs.page.keyboard.press('Control+T');
		await vs.quickInput.getByPlaceholder(/^Select Color Theme/).waitFor();
		await vs.pick(theme);
		await chat.page.locator(`body.${bodyClass}`).waitFor();
		await screenshot(`chat-${theme.toLowerCase().replaceAll(' ', '-')}`);
		expect(await violationsAround(chat.page.locator('main'))).toEqual([]);
	}
});

test('earlier conversations are found by their words, pinned, renamed, deleted and brought back', async ({
	vs,
	screenshot,
}) => {
	const chat = await newChat(vs, 'Which almanac is the best?');
	await newChat(vs, 'Neaps?');
	await vs.command('Inkling: Chat History...');
	const rows = vs.quickRows;
	const almanac = rows.filter({ hasText: 'Which almanac is the best?' });
	await vs.quickInput.locator('input').first().fill('the almanac');
	await almanac.filter({ hasText: 'example.org' }).waitFor();
	await expect(rows.filter({ hasText: 'Neaps?' })).toHaveCount(0);
	await screenshot('chat-history-search');
	const press = async (row, name) => {
		await row.first().hover();
		await row.first().getByRole('button', { name, exact: true }).click();
	};
	await press(almanac, 'Pin');
	await expect(almanac).toContainText('pinned');
	await vs.quickInput.locator('input').first().fill('');
	// The whole list is drawn, and not drawn again under the pointer.
	await rows.filter({ hasText: 'Neaps?' }).first().waitFor();
	await expect(rows.first()).toContainText('Which almanac is the best?');
	await screenshot('chat-history-pinned');
	await press(almanac, 'Rename');
	// The list has a box too, and stays until this one is there.
	await vs.quickInput.getByText('Name of the conversation').waitFor();
	const name = vs.quickInput.locator('.quick-input-box input');
	await expect(name).toHaveValue('Which almanac is the best?');
	await name.fill('The almanac question');
	await name.press('Enter');
	await vs.quickInput.waitFor({ state: 'hidden' });
	await vs.command('Inkling: Chat History...');
	await expect(rows.first()).toContainText('The almanac question');
	await press(rows.filter({ hasText: 'Neaps?' }), 'Delete');
	await expect(rows.filter({ hasText: 'Neaps?' })).toHaveCount(0);
	await expect(chat.questions).toHaveCount(0);
	await screenshot('chat-deleted');
	await vs.toasts.filter({ hasText: 'Deleted "Neaps?"' }).getByRole('button', { name: 'Undo' }).click();
	await expect(chat.questions).toHaveText(['Neaps?']);
	await vs.command('Inkling: Chat History...');
	await rows.filter({ hasText: 'The almanac question' }).first().click();
	await expect(chat.questions).toHaveText(['Which almanac is the best?']);
});

test('a conversation is exported and imported by its file', async ({ vs }) => {
	const chat = await newChat(vs, 'Write a function');
	const save = async name => {
		await vs.command('Inkling: Export Chat...');
		await vs.choosePath('Export Chat...', join(vs.workspace, name));
	};
	await save('chat.md');
	await expect.poll(() => vs.read('chat.md').catch(() => '')).toContain(`## You\n\nWrite a function\n\n## test-model`);
	await save('chat.json');
	await expect.poll(() => vs.read('chat.json').catch(() => '')).toContain('springTide');
	await newChat(vs);
	await vs.command('Inkling: Import Chat...');
	await vs.choosePath('Import Chat...', join(vs.workspace, 'chat.json'));
	await expect(chat.questions).toHaveText(['Write a function']);
	await expect(chat.answers.last()).toContainText('springTide');
});
