// An answer under way: what is read aloud of it, and what is left of it when its window or its process goes away.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChatServer } from '../../harness/chatServer.mjs';
import { expect, testIn } from '../fixtures.mjs';
import { extensionHosts } from '../serverProcesses.mjs';

/* global document, MutationObserver -- in functions that run in a page */
const words = Array.from({ length: 200 }, (_, index) => `word${index} `);
let goOn;

/** Half of the words, and the rest when the test says so. */
async function* inTwoParts() {
	const released = new Promise(resolve => (goOn = resolve));
	yield* words.slice(0, 100);
	await released;
	yield* words.slice(100);
}

const server = await startChatServer({
	answer: question => (/slowly/.test(question) ? { text: inTwoParts() } : `You said: ${question}`),
});
const test = testIn({
	machineSettings: { 'inkling.server.url': server.url, 'inkling.server.model': 'test-model' },
});
test.afterAll(() => server.stop());

const wholeText = words.join('').trim();
const firstPart = words.slice(0, 100).join('').trim();

async function newChat(vs) {
	const chat = await vs.chat('Inkling: New Chat');
	await expect(chat.questions).toHaveCount(0);
	return chat;
}

/** A chat in which half of an answer stands. */
async function halfAnswered(vs) {
	const chat = await newChat(vs);
	await chat.ask('Hello?');
	await chat.send('Tell me slowly');
	await expect(chat.answers.last().locator('.markdown')).toHaveText(firstPart);
	return chat;
}

/** How often this server's conversations hold a word on the disk. */
function countOnDisk({ userFolder }, word) {
	const folder = join(userFolder, 'User', 'globalStorage', 'inkling.inkling', 'chats');
	const files = readdirSync(folder).filter(name => name.endsWith('.jsonl'));
	return (
		files
			.map(name => readFileSync(join(folder, name), 'utf8'))
			.join('')
			.split(word).length - 1
	);
}

test('screen readers hear how an answer is getting on, never its words', async ({ vs }) => {
	const chat = await newChat(vs);
	await chat.page.locator('main').evaluate(main => {
		const heard = (document.inklingHeard = []);
		for (const region of main.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]'))
			new MutationObserver(() => heard.push(region.textContent)).observe(region, {
				subtree: true,
				childList: true,
				characterData: true,
			});
	});
	const heard = () => chat.page.locator('main').evaluate(() => document.inklingHeard.filter(text => text !== ''));
	await chat.send('Tell me slowly');
	await expect(chat.answers.last().locator('.markdown')).toHaveText(firstPart);
	expect(await chat.page.locator('main').getAttribute('aria-busy')).toBe('true');
	goOn();
	await expect(chat.answers.last().locator('.markdown')).toHaveText(wholeText);
	await expect.poll(heard).toContain('The answer is complete.');
	expect(await chat.page.locator('main').getAttribute('aria-busy')).toBe('false');
	// A fast answer may be drawn before there was anything to wait for.
	const states = ['Waiting for the model', 'The model is answering.', 'The answer is complete.'];
	expect(states.filter((state, index) => index > 0 || state)).toEqual(expect.arrayContaining(await heard()));
	expect((await heard()).length).toBeLessThanOrEqual(states.length);
	// What grows is in none of these regions.
	const isLive = await chat.answers.last().evaluate(answer => answer.closest('[aria-live], [role=log]') !== null);
	expect(isLive).toBe(false);
});

test('typing goes on while an answer arrives, and no character is lost', async ({ vs }) => {
	const chat = await newChat(vs);
	await chat.send('Tell me slowly');
	await expect(chat.answers.last().locator('.markdown')).toHaveText(firstPart);
	await expect(chat.input).toBeFocused();
	goOn();
	const next = 'And what comes after the spring tide, at Heron Point?';
	await vs.page.keyboard.type(next);
	await expect(chat.answers.last().locator('.markdown')).toHaveText(wholeText);
	await expect(chat.input).toHaveValue(next);
	await chat.input.fill('');
});

test('a window that is loaded anew in mid-answer shows all that was there', async ({ vs, screenshot }) => {
	const chat = await halfAnswered(vs);
	await chat.input.fill('A draft');
	await vs.page.reload();
	await vs.ready();
	const again = await vs.chat();
	await expect(again.questions).toHaveText(['Hello?', 'Tell me slowly']);
	await expect(again.answers).toHaveCount(2);
	await expect(again.answers.first()).toContainText('You said: Hello?');
	await expect(again.answers.last().locator('.markdown')).toContainText(firstPart);
	await expect(again.answers.last().locator('.note')).toBeVisible();
	await screenshot('panel-interrupted');
	goOn();
	await again.answers.last().getByRole('button', { name: 'Answer Again' }).click();
	await expect(again.answers.last().locator('.note')).toHaveCount(0);
	await expect(again.answers.last().locator('.markdown')).toHaveText(firstPart);
	goOn();
	await expect(again.answers.last().locator('.markdown')).toHaveText(wholeText);
	await again.idle();
});

test('an extension host that is killed in mid-answer loses no word of it', async ({ vs, server, screenshot }) => {
	await newChat(vs);
	const before = countOnDisk(server, words[99]);
	const chat = await halfAnswered(vs);
	await chat.input.fill('A draft');
	// It is on the disk a moment after it was shown.
	await expect.poll(() => countOnDisk(server, words[99])).toBeGreaterThan(before);
	const killed = extensionHosts(server);
	expect(killed.length).toBeGreaterThan(0);
	for (const pid of killed) process.kill(pid, 'SIGKILL');
	// VS Code starts another by itself, and the panel is there again without anybody asking for it.
	await expect.poll(() => extensionHosts(server).filter(pid => !killed.includes(pid))).not.toEqual([]);
	await expect(chat.answers.last().locator('.note')).toContainText('Interrupted');
	await expect(chat.answers.last().locator('.markdown')).toHaveText(firstPart);
	await expect(chat.questions).toHaveText(['Hello?', 'Tell me slowly']);
	await expect(chat.answers.first()).toContainText('You said: Hello?');
	await expect(chat.input).toHaveValue('A draft');
	await screenshot('panel-host-restarted');
	goOn();
	await chat.ask('And now?');
	await expect(chat.answers.last()).toContainText('You said: And now?');
});

test('a panel that is closed and opened in mid-answer shows it going on', async ({ vs }) => {
	await halfAnswered(vs);
	await vs.page.keyboard.press('Control+B');
	await expect(vs.page.locator('iframe.webview.ready')).toHaveCount(0);
	const chat = await vs.chat();
	await expect(chat.answers.last().locator('.markdown')).toHaveText(firstPart);
	await expect(chat.page.getByRole('button', { name: 'Stop' })).toBeVisible();
	goOn();
	await expect(chat.answers.last().locator('.markdown')).toHaveText(wholeText);
	await chat.idle();
});
