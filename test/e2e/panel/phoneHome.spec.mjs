// S1: whatever is shown in the chat panel, wherever it comes from, nothing of it reaches another machine.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChatServer } from '../../harness/chatServer.mjs';
import { expect, testIn } from '../fixtures.mjs';
import { startCanary } from './canary.mjs';
import { channels } from './channels.mjs';

/* global document, requestAnimationFrame, DataTransfer, DragEvent -- in functions that run in a page */
const canary = await startCanary();
const payload = (place, { name, text }) => text(canary.address(place, name));

/** The answer to a question of the user about a channel: the same attack by the model, or in the server's words for an error. */
function answerTo(question) {
	const [, place, name] = /\/hit\/(user|asked)\/(\w+)/.exec(question) ?? [];
	const channel = channels.find(one => one.name === name);
	if (!channel) return 'Yes.';
	return place === 'user' ? payload('answer', channel) : { refusal: payload('error', channel) };
}
const server = await startChatServer({ answer: answerTo });
const test = testIn({
	machineSettings: { 'inkling.server.url': server.url, 'inkling.server.model': 'test-model' },
});
test.afterAll(() => {
	server.stop();
	canary.stop();
});
test.describe.configure({ mode: 'serial' });

/** What the panel shows as text of all that has these marks, a line for each channel. */
const shown = async (locator, place) => {
	const text = (await locator.allTextContents()).join('\n');
	return channels.filter(channel => text.includes(canary.address(place, channel.name))).map(({ name }) => name);
};
const names = channels.map(({ name }) => name);

async function newChat(vs) {
	const chat = await vs.chat('Inkling: New Chat');
	await expect(chat.questions).toHaveCount(0);
	return chat;
}

const expectSilence = () => expect([[...canary.heard], canary.counts.connections]).toEqual([[], 0]);

test('neither what a person asks nor what a model answers', async ({ vs, screenshot }) => {
	const chat = await newChat(vs);
	for (const channel of channels) await chat.ask(payload('user', channel));
	await expect(chat.answers).toHaveCount(channels.length);
	expect(await shown(chat.questions, 'user')).toEqual(names);
	// Markdown shows what its picture is called and opens its address only when asked to.
	expect(await shown(chat.answers, 'answer')).toEqual(names.filter(name => name !== 'markdown'));
	await screenshot('panel-hostile-answers');
	expectSilence();
});

test('nor the words of a server that refuses', async ({ vs }) => {
	const chat = await newChat(vs);
	for (const channel of channels) await chat.ask(payload('asked', channel));
	await expect(chat.page.locator('.note.failed')).toHaveCount(channels.length);
	expectSilence();
});

test('nor what is attached, by its name or by its text', async ({ vs, screenshot }) => {
	const chat = await newChat(vs);
	const addresses = channels.map(channel => {
		const text = payload('context', channel);
		const file = join(vs.workspace, `${text.replaceAll('/', '&#47;')}.md`);
		writeFileSync(file, `# ${text}\n`);
		return pathToFileURL(file).href;
	});
	await chat.page.locator('.composer').evaluate((composer, list) => {
		const dataTransfer = new DataTransfer();
		dataTransfer.setData('text/uri-list', list);
		composer.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
	}, addresses.join('\r\n'));
	await expect(chat.chips).toHaveCount(channels.length);
	await expect(chat.chips.filter({ hasText: 'tokens' })).toHaveCount(channels.length);
	// Many files must not push away the place to write.
	await expect(chat.input).toBeInViewport({ ratio: 1 });
	await expect(chat.page.getByRole('button', { name: 'Send', exact: true })).toBeInViewport({ ratio: 1 });
	await screenshot('panel-hostile-files');
	await chat.ask('What is attached?');
	expect(server.requests.at(-1).body).toContain(canary.address('context', 'img'));
	await expect(chat.page.locator('article.question .chip')).toHaveCount(channels.length);
	expectSilence();
});

test('nor a conversation from elsewhere, nor after the window was loaded anew', async ({ vs, screenshot }) => {
	writeFileSync(join(vs.workspace, 'hostile.json'), JSON.stringify(hostileConversation()));
	await newChat(vs);
	await vs.command('Inkling: Import Chat...');
	await vs.choosePath('Import Chat...', join(vs.workspace, 'hostile.json'));
	const chat = await vs.chat();
	await expect(chat.answers).toHaveCount(channels.length);
	await vs.page.reload();
	await vs.ready();
	const again = await vs.chat();
	await expect(again.answers).toHaveCount(channels.length);
	for (const details of await again.page.locator('details').all()) await details.locator('summary').press('Enter');
	expect(await shown(again.questions, 'history')).toEqual(names);
	expect(await shown(again.page.locator('.source'), 'history')).toEqual(names);
	expect(await shown(again.page.locator('details .plain'), 'history')).toEqual(names);
	await screenshot('panel-hostile-history');
	expectSilence();
});

/** Longer than the panel takes: it must not hide the conversation. */
const long = 'x'.repeat(5000);

function hostileConversation() {
	const records = channels.flatMap((channel, index) => {
		const text = payload('history', channel);
		return [
			{
				type: 'question',
				id: `q${index}`,
				...(index > 0 && { parent: `a${index - 1}` }),
				text,
				context: [],
				at: index,
			},
			{ type: 'answer', id: `a${index}`, parent: `q${index}`, model: text + long, device: text, at: index },
			{ type: 'end', answer: `a${index}`, text, state: 'complete', reasoning: text },
		];
	});
	const name = payload('history', channels[0]) + long;
	return { format: 'inkling-chat', version: 1, records: [...records, { type: 'rename', name }] };
}

test('nor markup itself, if the sanitizer let it through', async ({ vs }) => {
	const chat = await vs.chat();
	// The page's policy cannot forbid that it is left for another one: that is for the sanitizer alone.
	const markup = channels.filter(({ name }) => name !== 'refresh');
	const html = markup.map(({ name, html }) => html(canary.address('markup', name)));
	const made = await chat.page.locator('main').evaluate((main, pieces) => {
		for (const piece of pieces) {
			const holder = document.createElement('div');
			main.append(holder);
			holder.innerHTML = piece;
		}
		return main.querySelectorAll('iframe, object, embed, img, video, audio, link, style').length;
	}, html);
	expect(made).toBeGreaterThan(20);
	await vs.page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
	// Chromium connects for a frame before the policy stops its request; nothing may be asked for.
	expect([...canary.heard]).toEqual([]);
	// Positive control: in a page without protection every channel is heard, and what came before had as much time.
	const control = await vs.page.context().browser().newPage();
	await control.goto(canary.control);
	const wanted = channels.map(({ name }) => `/hit/control/${name}`).sort();
	await expect.poll(() => [...canary.heard].sort()).toEqual(wanted);
	await control.close();
});
