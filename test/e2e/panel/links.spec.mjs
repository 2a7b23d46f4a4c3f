// S3: a link is a decision. Whatever a model wrote, its whole address is shown decoded before it is opened, and nothing but a web
// address can be.
import { startChatServer } from '../../harness/chatServer.mjs';
import { expect, testIn } from '../fixtures.mjs';

const long = 'a'.repeat(500);
/** What the model writes, the host that the question names, and the address below it. */
const links = [
	['[tides](https://example.org/%74ides)', 'example.org', 'https://example.org/tides'],
	['[space](https://example.org/a%20b)', 'example.org', 'https://example.org/a b'],
	['<https://example.org/?q=%E6%BD%AE%E6%B1%90>', 'example.org', 'https://example.org/?q=潮汐'],
	['[name](https://good.example@evil.example/)', 'evil.example', 'https://good.example@evil.example/'],
	['[key](https://user:secret@evil.example/a)', 'evil.example', 'https://user:secret@evil.example/a'],
	['[https://good.example](https://evil.example/b)', 'evil.example', 'https://evil.example/b'],
	['[alike](https://аррӏе.com/)', 'xn--80ak6aa92e.com', 'https://xn--80ak6aa92e.com/'],
	['[reversed](https://evil.example/%E2%80%AEgpj.exe)', 'evil.example', 'https://evil.example/\\u{202E}gpj.exe'],
	['[nothing](https://evil.example/a%E2%80%8Bb)', 'evil.example', 'https://evil.example/a\\u{200B}b'],
	['[lines](https://evil.example/?q=a%0D%0Ab)', 'evil.example', 'https://evil.example/?q=a\\u{000D}\\u{000A}b'],
	['[up](https://evil.example/a/%2e%2e/%2e%2e/etc)', 'evil.example', 'https://evil.example/etc'],
	['[here](http://127.0.0.1:9/a)', '127.0.0.1:9', 'http://127.0.0.1:9/a'],
	['[here too](http://[::1]:9/b)', '[::1]:9', 'http://[::1]:9/b'],
	['[number](http://0x7f000001/c)', '127.0.0.1', 'http://127.0.0.1/c'],
	['[fragment](https://example.org/#%6Aavascript:alert)', 'example.org', 'https://example.org/#javascript:alert'],
	['[broken](https://example.org/%ff%41)', 'example.org', 'https://example.org/%ffA'],
	['[large](HTTPS://EXAMPLE.ORG/Large)', 'example.org', 'https://example.org/Large'],
	[
		'[onward](https://example.org/?to=https%3A%2F%2Fevil.example%2Fd)',
		'example.org',
		'https://example.org/?to=https://evil.example/d',
	],
	[`[long](https://evil.example/${long})`, 'evil.example', `https://evil.example/${long}`],
	['![picture](https://evil.example/p.png?secret)', 'evil.example', 'https://evil.example/p.png?secret'],
];
const noLinks = [
	'[a](command:workbench.action.terminal.new)',
	'[a](javascript:alert(1))',
	'[a](vscode://file/etc/passwd)',
	'[a](file:///etc/passwd)',
	'[a](data:text/html,a)',
	'<mailto:a@evil.example>',
];
const server = await startChatServer({
	answer: () => [...links.map(([markdown]) => markdown), ...noLinks].map(markdown => `- ${markdown}`).join('\n'),
});
const test = testIn({
	machineSettings: { 'inkling.server.url': server.url, 'inkling.server.model': 'test-model' },
});
test.afterAll(() => server.stop());

test('twenty links show their whole decoded address, and nothing is opened unasked', async ({ vs, screenshot }) => {
	const pages = [];
	vs.page.context().on('page', page => pages.push(page));
	const chat = await vs.chat('Inkling: New Chat');
	await chat.ask('Which links are there?');
	const shown = chat.answers.last().getByRole('link');
	await expect(shown).toHaveCount(links.length);
	const dialog = vs.page.locator('.monaco-dialog-box');
	for (const [index, [, host, address]] of links.entries()) {
		await shown.nth(index).click();
		await expect(dialog).toContainText(`Open a page on ${host}?`);
		await expect(dialog.locator('.dialog-message-detail')).toHaveText(address);
		if (index === 7) await screenshot('panel-link-reversed');
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		await dialog.waitFor({ state: 'hidden' });
	}
	expect(pages).toEqual([]);
});
