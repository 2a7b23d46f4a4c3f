import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../harness/paths.mjs';
import { eventually } from '../harness/workbench.mjs';
import { expect, patientSettings, testIn } from './fixtures.mjs';
import { startHub } from './hubServer.mjs';

const repository = 'someone/little-coder';
const graph = 'onnx/model_int8.onnx';
const hub = await startHub(repository, 'tiny-code');
// The variable that other tools read too; the setting of the same meaning is the machine's and not this browser's.
const test = testIn({
	settings: { ...patientSettings, 'workbench.colorTheme': 'Default Dark Modern' },
	env: { HF_ENDPOINT: hub.address },
});

test.afterAll(() => hub.stop());

/** Hangs up in the middle of the first try. */
function dropConnectionOnce() {
	hub.misbehave = asked => {
		if (asked.kind !== 'bytes' || asked.path !== graph || asked.count > 1) return false;
		const bytes = hub.files.get(graph);
		asked.response.writeHead(200, { 'content-length': String(bytes.length) });
		const half = bytes.subarray(0, Math.floor(bytes.length / 2));
		hub.pump(asked.response, half).then(() => asked.response.destroy());
		return true;
	};
}

test('shows what can be installed, what it needs and what it is good for', async ({ vs, screenshot }) => {
	await vs.command('Inkling: Install Model...');
	await expect(vs.quickRows.first()).toContainText(/about .* · .* · /);
	await expect(vs.quickInput).toContainText('Recommended for this machine');
	await screenshot('install-model');
	await vs.page.keyboard.press('Escape');
});

test('installs a model from a mirror: a dropped connection, progress, cancel, resume, use, completion', async ({
	vs,
	screenshot,
}) => {
	hub.bytesPerSecond = 700_000;
	dropConnectionOnce();
	await vs.command('Inkling: Install Model...');
	await vs.quickInput.locator('input').first().fill(repository);
	await vs.quickRows.filter({ hasText: 'Look at this repository' }).first().waitFor();
	await vs.page.keyboard.press('Enter');
	const progress = vs.toasts.filter({ hasText: `Downloading ${repository}` });
	await expect(progress).toContainText(/\d MB of \d MB, .*\/s, \d+ s left/);
	await screenshot('downloading');
	await expect(vs.page.locator('.statusbar-item[id$="inkling.downloads"]')).toContainText('%');
	// The connection breaks at the half and the download goes on by itself.
	const resumed = () =>
		hub.requests.filter(({ url, range }) => url.startsWith('/bytes/') && range !== undefined).length;
	await expect.poll(resumed, { timeout: 60_000 }).toBe(1);
	await progress.getByRole('button', { name: 'Cancel' }).click();
	const paused = vs.toasts.filter({ hasText: 'is paused' });
	await expect(paused).toBeVisible();
	await screenshot('download-paused');
	hub.bytesPerSecond = undefined;
	await paused.getByRole('button', { name: 'Resume' }).click();
	const installed = vs.toasts.filter({ hasText: 'is installed' });
	await expect(installed).toBeVisible({ timeout: 60_000 });
	await screenshot('model-installed');
	const totalBytes = [...hub.files.values()].reduce((sum, { length }) => sum + length, 0);
	expect(hub.servedBytes / totalBytes).toBeLessThan(1.15);
	await installed.getByRole('button', { name: 'Use for Completion' }).click();
	await expect(vs.statusLabel).toHaveAttribute('aria-label', /^Inkling: Ready: little-coder-int8 on CPU|Asleep/, {
		timeout: 60_000,
	});
	await vs.openFile('src/report.ts');
	await vs.page.keyboard.press('Control+End');
	const { text } = await vs.askForGhost([
		'\nexport function ',
		'heights(measurements: Measurement[]',
		': number {\n',
		'return ',
	]);
	expect(text.trim()).not.toBe('');
	await expect(vs.statusLabel).toHaveAttribute('aria-label', /^Inkling: Ready: little-coder-int8 on CPU/);
	await screenshot('completion-of-downloaded-model');
});

const lookMs = { timeout: 8000 };

/** Presses a button of a line and looks what comes of it; again, when the line was drawn anew under the pointer. */
async function press(line, name, look) {
	await eventually(async () => {
		await line.hover({ timeout: 2000 });
		const button = line.getByRole('button', { name, exact: true });
		if ((await button.count()) > 0) await button.click({ timeout: 2000 });
		await look();
	}, 60_000);
}

test('the Models view shows what is here, loads and unloads it, and what can be installed', async ({
	vs,
	screenshot,
}) => {
	const lines = await vs.modelsView();
	const builtIn = lines.filter({ hasText: 'inkling-text' });
	const installed = lines.filter({ hasText: 'little-coder (int8)' });
	await expect(installed).toContainText(/\d+ MB · completions/);
	await expect(builtIn).toContainText('not loaded');
	await press(builtIn, 'Load Model', () => expect(builtIn).toContainText('loaded: Processor (CPU)', lookMs));
	await lines.filter({ hasText: 'Can be installed' }).click();
	await expect(lines.filter({ hasText: 'Qwen2.5-Coder 0.5B Instruct' })).toContainText('about 862 MB · apache-2.0');
	await screenshot('models-view');
	await press(builtIn, 'Unload Model', () => expect(builtIn).toContainText('not loaded', lookMs));
	const undamaged = vs.toasts.filter({ hasText: 'is undamaged' }).first();
	await press(installed, 'Verify Model', () => expect(undamaged).toBeVisible(lookMs));
	await vs.command('View: Show Explorer');
});

test('verifies and deletes what was installed', async ({ vs, screenshot }) => {
	await vs.command('Inkling: Manage Models...');
	await expect(vs.quickRows.first()).toContainText('little-coder (int8)');
	await screenshot('manage-models');
	await vs.page.keyboard.press('Enter');
	await vs.pick('Verify');
	await expect(vs.toasts.filter({ hasText: 'is undamaged' })).toBeVisible();
	await vs.command('Inkling: Manage Models...');
	await vs.page.keyboard.press('Enter');
	await vs.pick('Delete');
	await vs.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).click();
	await expect(vs.toasts.filter({ hasText: 'is deleted' })).toBeVisible();
	await vs.command('Inkling: Manage Models...');
	await expect(vs.quickRows.first()).toContainText('Install Model...');
	await vs.page.keyboard.press('Escape');
	await expect(vs.statusLabel).not.toHaveAttribute('aria-label', /little-coder/);
});

test('says what is wrong where there is no such model', async ({ vs }) => {
	await vs.command('Inkling: Install Model...');
	await vs.quickInput.locator('input').first().fill('nobody/nothing');
	await vs.quickRows.filter({ hasText: 'Look at this repository' }).first().waitFor();
	await vs.page.keyboard.press('Enter');
	await expect(vs.toasts.filter({ hasText: 'the model host has no such model' })).toBeVisible();
});

/** VS Code's file dialog now and then closes without an answer on a busy machine; a person would ask for it again. */
async function exportAs(vs, name, bundle) {
	const exported = vs.toasts.filter({ hasText: 'is exported, signed by your key' });
	await eventually(async () => {
		await rm(bundle, { force: true });
		await vs.command('Inkling: Manage Models...');
		await vs.pick(name);
		await vs.pick('Export as Bundle...');
		await vs.choosePath(`Export ${name.split(' ')[0]}`, bundle);
		await expect(exported).toBeVisible({ timeout: 15_000 });
	}, 60_000);
}

test('imports a folder, exports it as a bundle, and takes it back from there', async ({ vs, server, screenshot }) => {
	const bundle = join(server.folder, 'little.tar');
	await vs.command('Inkling: Import Model...');
	await vs.pick('Model Folder...');
	await vs.choosePath('A folder with an ONNX model', join(root, 'test', 'fixtures', 'models', 'tiny-code'));
	await vs.pick('Copy It');
	await expect(vs.toasts.filter({ hasText: 'tiny-code (int8) is installed' })).toBeVisible();
	await exportAs(vs, 'tiny-code (int8)', bundle);
	await vs.command('Inkling: Manage Models...');
	await vs.pick('tiny-code (int8)');
	await vs.pick('Delete');
	await vs.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).click();
	await expect(vs.toasts.filter({ hasText: 'is deleted' })).toBeVisible();
	await vs.command('Inkling: Import Model...');
	await vs.pick('Bundle...');
	await vs.choosePath('Choose a bundle', bundle);
	const question = vs.page.locator('.monaco-dialog-box');
	await expect(question).toContainText(/Signed by the key ([0-9a-f]{4} ){7}[0-9a-f]{4}/);
	await screenshot('import-bundle');
	await question.getByRole('button', { name: 'Import' }).click();
	await expect(vs.toasts.filter({ hasText: 'tiny-code (int8) is installed' }).last()).toBeVisible();
});
