import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePackPackage } from '../harness/packagePack.mjs';
import { findWholePack } from '../harness/packFiles.mjs';
import { packagesUnderTest } from '../harness/vscodeServer.mjs';
import { flipBit, makeStandInPack } from '../helpers/standInPack.mjs';
import { expect, testIn } from './fixtures.mjs';

/** The extension, and beside it an extension with a small model in place of the real pack. */
const test = testIn(async () => {
	const place = mkdtempSync(join(tmpdir(), 'inkling-pack-'));
	makeStandInPack(join(place, 'models'));
	const pack = await makePackPackage(findWholePack(join(place, 'models')), { folder: place });
	return { vsix: [packagesUnderTest()[0], pack] };
});

test('chats once it is installed, without a word of configuration', async ({ vs, screenshot }) => {
	const chat = await vs.chat();
	await chat.ask('Tides?');
	await expect(chat.answers.last()).toContainText('stand-in');
	await screenshot('pack-chat');
	await vs.readyModel();
	await vs.statusItem.click();
	await expect(vs.quickRows.first()).toContainText('Ready: ');
	await expect(vs.quickRows.filter({ hasText: /Model pack: (damaged|not installed|could not)/ })).toHaveCount(0);
	await vs.page.keyboard.press('Escape');
});

test('is left alone with one wrong bit, and the menu and the chat say what helps', async ({
	vs,
	server,
	screenshot,
}) => {
	const extension = readdirSync(server.extensionsFolder).find(name => name.startsWith('inkling.inkling-models-'));
	flipBit(join(server.extensionsFolder, extension, 'models', 'stand-in', 'onnx', 'model_q4.onnx_data_2'));
	await vs.page.reload();
	await vs.ready();
	await vs.readyModel();
	await expect(vs.statusLabel).toHaveAttribute('aria-label', 'Inkling: Ready: inkling-code on CPU.');
	await vs.statusItem.click();
	const row = vs.quickRows.filter({ hasText: 'Model pack: damaged' });
	await expect(row).toContainText(
		'Uninstall the model pack and install it again: onnx/model_q4.onnx_data_2 is damaged.',
	);
	await screenshot('pack-damaged-menu');
	await vs.page.keyboard.press('Escape');
	const chat = await vs.chat('Inkling: New Chat');
	await expect(chat.page.getByRole('button', { name: 'Show Model Pack' })).toBeVisible();
	await expect(chat.page.getByText('Model pack: damaged.')).toBeVisible();
	await screenshot('pack-damaged-chat');
});
