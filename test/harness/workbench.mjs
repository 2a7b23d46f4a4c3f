// A person's hands and eyes in VS Code: what the tests and the tour do with the workbench in a browser page.
import { cpSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sampleFolder } from './paths.mjs';

/** Where ghost text is drawn: inside the line, as lines below it, and as a preview of an edit. */
const ghostSelector = '.ghost-text, .ghost-text-decoration, .ghost-text-decoration-preview';

/** Runs `attempt` until it no longer throws; throws its last error after `timeoutMs`. */
export async function eventually(attempt, timeoutMs = 20_000) {
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		try {
			return await attempt();
		} catch (error) {
			if (performance.now() > deadline) throw error;
			await delay(100);
		}
	}
}

export class Workbench {
	/** `workspace` is the folder that is open, `server` the one that serves it. */
	constructor(page, server, workspace) {
		this.page = page;
		this.server = server;
		this.workspace = workspace;
	}

	/** Waits until VS Code is drawn and the extension has put itself into the status bar. */
	async ready(timeoutMs = 90_000) {
		await this.page.locator('.monaco-workbench').waitFor({ timeout: timeoutMs });
		await this.statusItem.waitFor({ timeout: timeoutMs });
	}

	/** Makes the model load, as the first key in an editor does, and waits until the status bar says that it is loaded. */
	async readyModel(timeoutMs = 120_000) {
		await this.statusItem.locator('a[aria-label^="Inkling: "]').waitFor({ timeout: timeoutMs });
		if ((await this.statusItem.locator('a[aria-label^="Inkling: Asleep"]').count()) > 0) {
			await this.openFile('docs/tides.md');
			await this.page.keyboard.press('ArrowDown');
		}
		await this.statusItem.locator('a[aria-label^="Inkling: Ready"]').waitFor({ timeout: timeoutMs });
	}

	get editor() {
		return this.page.locator('.editor-instance .monaco-editor').first();
	}
	get ghost() {
		return this.page.locator(ghostSelector);
	}
	get toasts() {
		return this.page.locator('.notifications-toasts .notification-toast');
	}
	get quickInput() {
		return this.page.locator('.quick-input-widget');
	}
	get quickRows() {
		return this.quickInput.locator('.monaco-list-row');
	}
	get statusItem() {
		return this.page.locator('.statusbar-item[id$="inkling.status"]');
	}
	/** Carries the state in words, as `aria-label`. */
	get statusLabel() {
		return this.statusItem.locator('[aria-label]');
	}
	/** The document inside the webview that is shown last. */
	get webview() {
		return this.page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');
	}

	/** Runs a command through the palette; tries again while the extension's commands are not there yet. */
	async command(title) {
		const input = this.quickInput.locator('.quick-input-box input');
		await eventually(async () => {
			await this.page.keyboard.press('Escape');
			await this.page.keyboard.press('F1');
			await input.fill(`>${title}`, { timeout: 3000 });
			await this.quickInput.locator('.monaco-list-row.focused', { hasText: title }).waitFor({ timeout: 3000 });
		}, 45_000);
		await this.page.keyboard.press('Enter');
		await this.quickInput.getByText(title, { exact: false }).first().waitFor({ state: 'hidden' });
	}

	/** Answers VS Code's own file dialog, which in a browser is a line to type in. It knows a path once it has listed its first
	 * folder, and what is typed a moment after it was typed. */
	async choosePath(title, path) {
		const dialog = this.quickInput.locator('.quick-input-title', { hasText: title });
		await dialog.waitFor();
		await this.quickRows.first().waitFor();
		await eventually(async () => {
			await this.quickInput.locator('.quick-input-box input').fill(path, { timeout: 1000 });
			await this.quickInput.getByRole('button', { name: 'OK' }).click({ timeout: 1000 });
			await dialog.waitFor({ state: 'hidden', timeout: 2000 });
		});
	}

	/** Opens a file of the workspace by its path and waits until its editor has the focus. The whole path is typed: VS Code
	 * finds that without searching the workspace, whose time to answer is not ours to test. */
	async openFile(path) {
		const name = path.split('/').at(-1);
		const input = this.quickInput.locator('.quick-input-box input');
		await eventually(async () => {
			await this.page.keyboard.press('Escape');
			await this.page.keyboard.press('Control+P');
			await input.fill(join(this.workspace, path), { timeout: 3000 });
			await this.quickInput.locator('.monaco-list-row.focused', { hasText: name }).waitFor({ timeout: 3000 });
		}, 45_000);
		await this.page.keyboard.press('Enter');
		await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
		await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
	}

	/** Puts the cursor at a one-based line and column of the active editor. */
	async goTo(line, column = 1) {
		await this.page.keyboard.press('Control+G');
		await this.quickInput.locator('.quick-input-box input').fill(`:${line}:${column}`);
		await this.page.keyboard.press('Enter');
		await this.quickInput.waitFor({ state: 'hidden' });
	}

	/** Selects whole lines of the active editor, the first and the last included. */
	async selectLines(first, last) {
		await this.goTo(first);
		for (let line = first; line <= last; line++) await this.page.keyboard.press('Control+L');
		await this.page.locator('.statusbar-item', { hasText: /selected/ }).waitFor();
	}

	/** Chooses the first entry of the open list that matches. */
	async pick(text) {
		await this.quickInput.locator('input').first().fill(text);
		await this.quickRows.filter({ hasText: text }).first().waitFor();
		await this.page.keyboard.press('Enter');
	}

	/** The ghost text that is visible, as one string; '' when there is none. */
	async ghostText() {
		return this.page.evaluate(readGhost, ghostSelector);
	}

	/** Measures, inside the page, the time from the last key to the next ghost text that is drawn. Call before typing. */
	async watchGhost() {
		await this.page.evaluate(watchGhost, ghostSelector);
	}

	/** What `watchGhost` saw: the ghost text, and the milliseconds from the last key until it was there. */
	async nextGhost(timeoutMs = 30_000) {
		const handle = await this.page.waitForFunction(() => globalThis.inklingGhost?.seen, undefined, {
			timeout: timeoutMs,
		});
		return { milliseconds: await handle.jsonValue(), text: await this.ghostText() };
	}

	/**
	 * How a command on text ended: with a result in the panel, or with a message that no installed model can do it.
	 * `milliseconds` run from the call to the end of the work.
	 */
	async outcome(timeoutMs = 120_000) {
		const start = performance.now();
		const refusal = this.toasts.filter({ hasText: /No installed model/ });
		const failed = this.webview.locator('.status.failed');
		const done = this.webview.locator('.status[role="status"]');
		const found = await eventually(async () => {
			if (await refusal.isVisible()) return 'refused';
			// A refusal stands in the panel first; the message with the ways on follows it.
			if ((await failed.isVisible()) && !/No installed model/.test(await failed.textContent())) return 'failed';
			if (await done.isVisible()) return 'done';
			throw new Error('The command on the text came to no end.');
		}, timeoutMs);
		const milliseconds = Math.round(performance.now() - start);
		if (found === 'refused') {
			const message = await refusal.locator('.notification-list-item-message').textContent();
			return { refused: message.trim(), milliseconds };
		}
		if (found === 'failed') return { failed: await failed.textContent(), milliseconds };
		return { ...(await this.result()), milliseconds };
	}

	/** What the result panel shows. */
	async result() {
		await this.webview.getByRole('button', { name: 'Copy' }).waitFor();
		const textOf = selector => this.webview.locator(selector).first().textContent();
		const notes = await this.webview.locator('.notes li').allTextContents();
		return { title: await textOf('h1'), text: await textOf('.result'), status: await textOf('.status'), notes };
	}

	/** Opens the Models view in the side bar; returns its lines. */
	async modelsView(title = 'Inkling Models') {
		await this.page.locator(`.activitybar .action-item a[aria-label^="${title}"]`).click();
		const lines = this.page.locator('.pane-body .monaco-list-row[aria-level]');
		await lines.first().waitFor();
		return lines;
	}

	/** Opens the chat in the side bar. */
	async chat(command = 'Inkling: Open Chat') {
		await this.command(command);
		const chat = new Chat(this);
		await chat.input.waitFor();
		return chat;
	}

	/** What is on the disk. */
	async read(path) {
		return readFile(join(this.workspace, path), 'utf8');
	}

	/** Saves the active editor and returns what is on the disk then. */
	async save(path) {
		await this.page.keyboard.press('Control+S');
		await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
		return this.read(path);
	}

	/**
	 * Types as a person does, word by word with a look at the screen after each, and stops at the first ghost text.
	 * Returns what was typed until then, the ghost text and the milliseconds from the last key to it.
	 */
	async typeUntilGhost(text, lookMs = 3000, lastLookMs = 30_000) {
		const words = text.split(/(?<=[ \n])/);
		await this.watchGhost();
		for (let count = 1; count <= words.length; count++) {
			await this.page.keyboard.type(words[count - 1], { delay: 30 });
			const isLast = count === words.length;
			const seen = await this.nextGhost(isLast ? lastLookMs : lookMs).catch(error => {
				if (isLast) throw error;
			});
			if (seen !== undefined) return { typed: words.slice(0, count).join(''), ...seen };
		}
		throw new Error('There was nothing to type.');
	}

	/** Types a few beginnings and asks for a suggestion by hand after each, until there is one; see `nextGhost`. */
	async askForGhost(beginnings) {
		for (const beginning of beginnings) {
			await this.watchGhost();
			await this.page.keyboard.type(beginning, { delay: 30 });
			await this.page.keyboard.press('Alt+\\');
			const seen = await this.nextGhost(20_000).catch(() => undefined);
			if (seen !== undefined) return seen;
		}
		throw new Error('There was no suggestion, by hand either.');
	}

	/** Closes every editor and puts the workspace back as it was, for the next test. */
	async reset() {
		await this.page.keyboard.press('Escape');
		if ((await this.toasts.count()) > 0) await this.command('Notifications: Clear All Notifications');
		await this.command('View: Close All Editors');
		const question = this.page.locator('.monaco-dialog-box').getByRole('button', { name: "Don't Save" });
		const tabs = this.page.locator('.tabs-container .tab');
		await eventually(async () => {
			if (await question.isVisible()) await question.click();
			if ((await tabs.count()) > 0) throw new Error('Some editors are still open.');
		});
		cpSync(sampleFolder, this.workspace, { recursive: true, force: true });
	}
}

/** The chat panel. */
class Chat {
	constructor(workbench) {
		this.workbench = workbench;
	}

	/** The document of the panel. */
	get page() {
		return this.workbench.page
			.frameLocator('.sidebar iframe.webview.ready, iframe.webview.ready')
			.last()
			.frameLocator('iframe#active-frame');
	}
	get input() {
		return this.page.getByRole('textbox', { name: /^(Message|消息)$/ });
	}
	get questions() {
		return this.page.locator('article.question .plain');
	}
	get answers() {
		return this.page.locator('article.answer');
	}
	get chips() {
		return this.page.locator('.composer .chip');
	}
	get choices() {
		return this.page.getByRole('option');
	}

	/** Asks and waits for the whole answer. */
	async ask(text) {
		await this.send(text);
		await this.questions.last().filter({ hasText: text }).waitFor();
		await this.idle();
	}

	async send(text) {
		await this.input.fill(text);
		await this.input.press('Enter');
	}

	/** Waits until nothing is being answered. */
	async idle(timeoutMs = 90_000) {
		await this.page.getByRole('button', { name: /^(Send|发送)$/ }).waitFor({ timeout: timeoutMs });
	}
}

/* global document, MutationObserver, getComputedStyle -- these run in the page */
function readGhost(selector) {
	const pieces = [...document.querySelectorAll(selector)]
		.filter(element => element.parentElement.closest(selector) === null && getComputedStyle(element).display !== 'none')
		.map(element => ({ line: element.closest('.view-line') ?? element, text: element.textContent }));
	// Pieces of one line are drawn apart, coloured word by word.
	const lines = new Map();
	for (const { line, text } of pieces) lines.set(line, (lines.get(line) ?? '') + text);
	// Lines below the cursor's may stand before it in the page.
	const top = ([line]) => line.getBoundingClientRect().top;
	const inOrder = [...lines].sort((one, other) => top(one) - top(other)).map(([, text]) => text);
	return inOrder.join('\n').replaceAll('\u00a0', ' ').replaceAll('\u200b', '');
}

function watchGhost(selector) {
	globalThis.inklingGhost?.stop();
	const watch = { key: undefined, seen: undefined, stop };
	const isDrawn = element => getComputedStyle(element).display !== 'none' && element.textContent.trim() !== '';
	const check = () => {
		if (watch.key === undefined || watch.seen !== undefined) return;
		if ([...document.querySelectorAll(selector)].some(isDrawn)) watch.seen = Math.round(performance.now() - watch.key);
	};
	const onKey = event => {
		if (event.key.length !== 1 && event.key !== 'Enter') return;
		watch.key = performance.now();
		watch.seen = undefined;
	};
	const observer = new MutationObserver(check);
	observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
	document.addEventListener('keydown', onKey, true);
	function stop() {
		observer.disconnect();
		document.removeEventListener('keydown', onKey, true);
	}
	globalThis.inklingGhost = watch;
}
