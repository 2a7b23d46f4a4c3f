// S15: whatever the page of the panel posts, were it taken over: no exception and nothing done that a person did not do.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChatServer } from '../../harness/chatServer.mjs';
import { expect, testIn } from '../fixtures.mjs';

/* global document -- in functions that run in the panel */
const server = await startChatServer({ answer: 'Here:\n\n```ts\nexport const tide = 1;\n```' });
const test = testIn({
	machineSettings: { 'inkling.server.url': server.url, 'inkling.server.model': 'test-model' },
});
test.afterAll(() => server.stop());

/** Every file of the workspace and what is in it. */
const filesOf = folder =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name))
		.sort()
		.map(path => [path, readFileSync(path, 'utf8')]);

test('ten thousand messages of any kind change no file, open nothing and leave the chat as it was', async ({ vs }) => {
	await vs.page.addInitScript(keepApi);
	await vs.page.reload();
	await vs.ready();
	const chat = await vs.chat('Inkling: New Chat');
	await chat.ask('Write a function');
	const before = filesOf(vs.workspace);
	const asked = server.requests.length;
	const posted = await chat.page.locator('main').evaluate(postAnything, 10_000);
	expect(posted).toBe(10_000);
	// Messages are handled in their order: this one is answered after all of them.
	await chat.input.pressSequentially('@tides');
	await chat.choices.filter({ hasText: 'tides' }).first().waitFor();
	await chat.input.fill('');
	expect(filesOf(vs.workspace)).toEqual(before);
	expect(server.requests.length).toBe(asked);
	await expect(vs.page.locator('.tabs-container .tab, .monaco-dialog-box, .terminal-wrapper')).toHaveCount(0);
	await expect(vs.toasts).toHaveCount(0);
	await expect(chat.questions).toHaveText(['Write a function']);
	await chat.ask('Once more');
	await expect(chat.answers).toHaveCount(2);
	// Positive control: a message that the panel may send arrives on the same way.
	await chat.page.locator('main').evaluate(() => globalThis.inklingApi.postMessage({ type: 'newChat' }));
	await expect(chat.questions).toHaveCount(0);
});

/** Runs before the page's own script: keeps its way to the extension, which only that script is given. */
function keepApi() {
	let acquire;
	Object.defineProperty(globalThis, 'acquireVsCodeApi', {
		configurable: true,
		get: () => acquire && (() => (globalThis.inklingApi ??= acquire())),
		set(value) {
			acquire = value;
		},
	});
}

/** Posts so many messages: known kinds with values that fit badly or name what is not there, and anything else. */
function postAnything(main, count) {
	let state = 42;
	const draw = below => (state = (state * 1103515245 + 12345) & 0x7fffffff) % below;
	const turn = main.querySelector('article') === null ? 'none' : 'not a turn';
	const texts = [
		'',
		'x',
		'../../etc/passwd',
		'workbench.action.terminal.new',
		'rm -rf ~',
		'\u0000\u202e',
		'a'.repeat(5000),
		turn,
	];
	const values = [
		null,
		0,
		-1,
		NaN,
		true,
		[],
		{},
		[[]],
		{ type: 'send' },
		new Date(0),
		new Map([[1, 2]]),
		...texts,
		...texts,
	];
	const kinds = [
		'regenerate',
		'edit',
		'choose',
		'copy',
		'code',
		'place',
		'detach',
		'attach',
		'act',
		'send',
		'stop',
		'drop',
		'link',
	];
	const fields = [
		'turn',
		'text',
		'code',
		'action',
		'language',
		'address',
		'addresses',
		'key',
		'label',
		'query',
		'command',
		'__proto__',
	];
	const value = () => values[draw(values.length)];
	/** No text for a question and no list of files: those two are what a person may do without being asked. */
	const harmless = { send: { text: 0 }, drop: { addresses: 'x' }, link: { address: 7 } };
	for (let number = 0; number < count; number++) {
		const type = kinds[draw(kinds.length)];
		const drawn = Object.fromEntries(Array.from({ length: draw(6) }, () => [fields[draw(fields.length)], value()]));
		const message = draw(4) === 0 ? value() : { ...drawn, ...harmless[type], type };
		globalThis.inklingApi.postMessage(message);
	}
	return document.contains(main) ? count : 0;
}
