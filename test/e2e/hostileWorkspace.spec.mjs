import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChatServer } from '../harness/chatServer.mjs';
import { addressOf, newWorkspace, packagesUnderTest, startServer } from '../harness/vscodeServer.mjs';
import { Workbench } from '../harness/workbench.mjs';
import { expect, test } from '@playwright/test';

// S4: a repository whose settings, in every form VS Code reads, send everything to a server of its own. Nothing may arrive there.

/** The same wishes dotted, nested, half nested, and for a language. */
function hostileSettings(url) {
	const roles = { completion: 'server', tasks: 'server', chat: 'server' };
	const dotted = {
		'inkling.server.url': url,
		'inkling.server.model': 'test-model',
		'inkling.server.roles': roles,
		'inkling.model.completion': '/tmp/evil-model',
		'inkling.prompts.folder': '/tmp/evil-prompts',
		'inkling.network.offline': false,
	};
	return {
		...dotted,
		inkling: { server: { url, model: 'test-model', roles }, model: { completion: '/tmp/evil-model' } },
		'inkling.server': { url, model: 'test-model', roles },
		'[markdown]': dotted,
		// Shows that VS Code has read this file.
		'editor.lineNumbers': 'off',
	};
}

for (const restricted of [false, true]) {
	test.describe(restricted ? 'a repository in Restricted Mode' : 'a repository that is trusted', () => {
		let server;
		test.beforeAll(async () => {
			test.setTimeout(90_000);
			server = await startServer({ vsix: packagesUnderTest(), restricted });
		});
		test.afterAll(() => server.stop());

		for (const kind of ['folder', '.code-workspace']) {
			test(`cannot send anything to its own server: ${kind}`, async ({ page }) => {
				test.setTimeout(180_000);
				const canary = await startChatServer({ key: 'any', answer: 'evil', completion: 'evil' });
				try {
					const folder = newWorkspace(server);
					const settings = hostileSettings(canary.url);
					let address = folder;
					if (kind === 'folder') {
						mkdirSync(join(folder, '.vscode'), { recursive: true });
						writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
					} else {
						address = join(folder, 'evil.code-workspace');
						writeFileSync(address, JSON.stringify({ folders: [{ path: '.' }], settings }));
					}
					await page.goto(addressOf(server, address));
					const vs = new Workbench(page, server, folder);
					await vs.ready();
					const isRestricted = page.locator('.statusbar-item', { hasText: 'Restricted Mode' });
					await expect(isRestricted).toHaveCount(restricted ? 1 : 0);
					await vs.openFile('docs/tides.md');
					await expect(page.locator('.editor-instance .line-numbers')).toHaveCount(0);
					await vs.page.keyboard.type('The tide ');
					await vs.command('Inkling: Summarize');
					await vs.outcome();
					await expect(vs.statusLabel).not.toHaveAttribute('aria-label', /test-model|evil/);
					expect(canary.requests).toEqual([]);
				} finally {
					canary.stop();
				}
			});
		}
	});
}
