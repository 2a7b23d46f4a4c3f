import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChatServer } from '../harness/chatServer.mjs';
import { root } from '../harness/paths.mjs';
import { eventually } from '../harness/workbench.mjs';
import { expect, test as base } from './fixtures.mjs';

const key = 'sk-right';
const completion = 'tideAtHeronPoint(new Date());';
const answer = 'The tide comes in twice a day, and the harbour lives by it.';
const certificate = name => readFileSync(join(root, 'test', 'fixtures', 'servers', `self-signed.${name}`));

const test = base.extend({
	chatServer: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
		async ({}, use) => {
			const server = await startChatServer({ key, answer, completion });
			await use(server);
			server.stop();
		},
		{ scope: 'worker' },
	],
});

/** Types into the input box that is open and confirms. */
async function answerBox(vs, text) {
	const input = vs.quickInput.locator('.quick-input-box input');
	await input.fill(text);
	await vs.page.keyboard.press('Enter');
}

async function beginConnecting(vs, url) {
	await vs.command('Inkling: Connect to Server...');
	await vs.quickInput.getByText('Address that ends before').waitFor();
	await answerBox(vs, url);
}

/** The whole set-up; what is ticked goes to the server, and completions too when they are wanted. */
async function connect(vs, server, { completions = false } = {}) {
	await beginConnecting(vs, server.url);
	const asksKey = vs.quickInput.getByText('The server asks for a key');
	const asksModel = vs.quickRows.filter({ hasText: 'test-model' }).first();
	await asksKey.or(asksModel).first().waitFor();
	if (await asksKey.isVisible()) await answerBox(vs, key);
	await asksModel.waitFor();
	await vs.page.keyboard.press('Enter');
	await vs.quickInput.getByText('Summarize, Translate and Continue Writing', { exact: true }).waitFor();
	if (completions) await vs.quickRows.filter({ hasText: 'Completions while typing' }).click();
	await vs.quickInput.locator('input').first().focus();
	await vs.page.keyboard.press('Enter');
	await vs.toasts.filter({ hasText: 'Connected to test-model' }).waitFor();
}

/** The status bar's menu, which says where the work is done. */
async function openMenu(vs) {
	await eventually(async () => {
		await vs.page.keyboard.press('Escape');
		await vs.statusItem.click();
		await vs.quickRows.first().waitFor({ timeout: 3000 });
	});
}

test('a wrong key is asked for again; with the right one the model is tried and connected', async ({
	vs,
	chatServer,
	screenshot,
}) => {
	await beginConnecting(vs, chatServer.url);
	await vs.quickInput.getByText('The server asks for a key').waitFor();
	await screenshot('server-key');
	await answerBox(vs, 'sk-wrong');
	await vs.quickInput.getByText('refused the key').waitFor();
	await screenshot('server-wrong-key');
	await answerBox(vs, key);
	await vs.quickRows.filter({ hasText: 'test-model' }).first().waitFor();
	await screenshot('server-models');
	await vs.page.keyboard.press('Enter');
	await vs.quickInput.getByText('Summarize, Translate and Continue Writing', { exact: true }).waitFor();
	await screenshot('server-roles');
	await vs.page.keyboard.press('Enter');
	await vs.toasts.filter({ hasText: 'Connected to test-model' }).waitFor();
});

test('a result says which server wrote it and how much text was sent', async ({ vs, chatServer, screenshot }) => {
	await connect(vs, chatServer);
	await vs.openFile('docs/tides.md');
	await vs.command('Inkling: Summarize');
	const { text, status } = await vs.outcome();
	await screenshot('server-result');
	expect(text.trim()).toBe(answer);
	expect(status).toContain('321 tokens of text were sent to 127.0.0.1');
	expect(status).toContain('test-model');
});

test('a server that dies in mid-answer leaves what came, and says so', async ({ vs, chatServer, screenshot }) => {
	await connect(vs, chatServer);
	chatServer.behaviour.dies = true;
	try {
		await vs.openFile('docs/tides.md');
		await vs.command('Inkling: Summarize');
		await vs.webview.locator('.status.failed').waitFor();
		await screenshot('server-dies');
		expect(await vs.webview.locator('.result').textContent()).toContain('The tide comes in');
		await expect(vs.webview.locator('.status.failed')).toContainText('stopped in the middle of its answer');
	} finally {
		chatServer.behaviour.dies = false;
	}
});

test('completions come from the server once they were ticked, and the status bar says so', async ({
	vs,
	chatServer,
	screenshot,
}) => {
	await connect(vs, chatServer, { completions: true });
	await vs.openFile('src/report.ts');
	await vs.page.keyboard.press('Control+End');
	await vs.typeUntilGhost('\nexport const tide = ');
	await screenshot('server-completion');
	expect(await vs.ghostText()).toContain('tideAtHeronPoint');
	await expect(vs.statusLabel).toHaveAttribute('aria-label', /completions by test-model/);
	await vs.command('Inkling: Back to This Machine');
});

test('one click brings everything back to this machine', async ({ vs, chatServer, screenshot }) => {
	await connect(vs, chatServer);
	await openMenu(vs);
	await vs.quickRows.filter({ hasText: 'Back to This Machine' }).scrollIntoViewIfNeeded();
	await screenshot('server-back-to-local');
	await vs.quickRows.filter({ hasText: 'Back to This Machine' }).click();
	await vs.page.getByText('Inkling runs on this machine only.').first().waitFor();
	await eventually(async () => {
		await openMenu(vs);
		if ((await vs.quickRows.filter({ hasText: 'Back to This Machine' }).count()) > 0)
			throw new Error('Something still goes to the server.');
	});
	const before = chatServer.requests.length;
	await vs.page.keyboard.press('Escape');
	await vs.openFile('docs/messages.txt');
	await vs.command('Inkling: Continue Writing');
	await vs.outcome();
	expect(chatServer.requests.length).toBe(before);
});

test('the connected server is kept under a name, with what goes there, and asks what should', async ({
	vs,
	chatServer,
	screenshot,
}) => {
	await connect(vs, chatServer);
	await vs.command('Inkling: Server Profiles...');
	await vs.pick('Save the Connected Server as a Profile');
	await vs.quickInput.getByText('Name of the profile').waitFor();
	await answerBox(vs, 'team');
	await vs.quickInput.getByText('Name of the profile').waitFor({ state: 'hidden' });
	const team = vs.quickRows.filter({ hasText: 'team' }).first();
	await eventually(async () => {
		await vs.command('Inkling: Server Profiles...');
		await team.getByText('Chat').waitFor({ timeout: 3000 });
	});
	await screenshot('server-profiles');
	await vs.pick('team');
	await vs.quickInput.getByText('sends the text around the cursor as you type').waitFor();
	await screenshot('server-profile-roles');
	await vs.page.keyboard.press('Escape');
	await vs.command('Inkling: Back to This Machine');
});

test('a certificate that nobody trusts is called that', async ({ vs, screenshot }) => {
	const tls = { cert: certificate('crt'), key: certificate('key') };
	const secure = await startChatServer({ key, answer, tls });
	try {
		await beginConnecting(vs, secure.url);
		await vs.toasts.filter({ hasText: 'is not trusted on this machine' }).waitFor();
		await screenshot('server-wrong-certificate');
		expect(secure.requests).toEqual([]);
	} finally {
		secure.stop();
	}
});

test('the ledger lists what was connected to, and locks the network', async ({ vs, chatServer, screenshot }) => {
	await connect(vs, chatServer);
	await vs.command('Inkling: Show Network Ledger');
	await vs.quickRows.filter({ hasText: '127.0.0.1' }).first().waitFor();
	await screenshot('server-ledger');
	await vs.pick('Lock the Network');
	await vs.openFile('docs/tides.md');
	await vs.command('Inkling: Summarize');
	await expect(vs.webview.locator('.status.failed')).toContainText('the network is locked');
	await screenshot('server-locked');
	await vs.command('Inkling: Show Network Ledger');
	await vs.pick('Unlock the Network');
});

test('the models of this machine are served until stopped, to programs with the key only', async ({
	vs,
	screenshot,
}) => {
	await vs.command('Inkling: Serve This Model');
	const address = vs.quickRows.filter({ hasText: 'Copy Address' });
	await address.waitFor();
	await screenshot('serving');
	const url = /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(await address.textContent())?.[0];
	expect((await fetch(`${url}/models`)).status).toBe(401);
	await vs.pick('Stop Serving');
	await eventually(async () => {
		const answers = await fetch(`${url}/models`).then(
			() => true,
			() => false,
		);
		if (answers) throw new Error('The port is still open.');
	});
});
