import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from './until';

/** Set, open or failed on purpose; none of it may be in the report. */
const canaries = {
	path: join(homedir(), 'canary-path'),
	model: 'canary-model',
	host: 'canary-host.example',
	key: 'sk-canarykey0123456789',
	profile: 'canary-profile',
	glob: 'canary-glob/**',
	text: 'canaryText in a document',
};

const values: Readonly<Record<string, unknown>> = {
	'model.tasks': join(canaries.path, canaries.model),
	'server.url': `https://${canaries.host}/v1`,
	'server.model': 'canary-served-model',
	'server.roles': { chat: canaries.profile, tasks: 'local', completion: 'local' },
	'server.profiles': [{ name: canaries.profile, url: `https://${canaries.host}/${canaries.key}`, model: 'm' }],
	'server.neverSend': [canaries.glob],
	'prompts.folder': canaries.path,
	'model.idleUnloadMinutes': 7,
};

describe('Doctor', () => {
	const set = async (clear: boolean): Promise<void> => {
		const configuration = vscode.workspace.getConfiguration('inkling');
		for (const [name, value] of Object.entries(values))
			await configuration.update(name, clear ? undefined : value, vscode.ConfigurationTarget.Global);
	};
	const report = (): vscode.TextDocument | undefined =>
		vscode.workspace.textDocuments.find(
			document => document.isUntitled && document.getText().includes('Inkling Doctor'),
		);

	before(async () => {
		await vscode.extensions.getExtension('inkling.inkling')!.activate();
		const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: canaries.text });
		await vscode.window.showTextDocument(document);
		await set(false);
	});

	afterEach(async () => {
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await until(() => report() === undefined);
	});

	after(async () => {
		await set(true);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	it('opens a report with everything that helps and nothing that is private', async function () {
		this.timeout(120_000);
		// A model that is not there: its error is the newest in the report.
		void vscode.commands.executeCommand('inkling.text.continue');
		void vscode.commands.executeCommand('inkling.doctor.run');
		await until(() => report() !== undefined, 100_000);
		const text = report()!.getText();
		for (const part of [
			'## Versions',
			'ONNX Runtime 1.',
			'## Devices',
			'Processor (CPU)',
			'inkling-code',
			'## Last errors',
		])
			assert.ok(text.includes(part), `${part} is missing in:\n${text}`);
		assert.match(text, /`inkling\.model\.idleUnloadMinutes`: `7`/);
		assert.match(text, /`inkling\.server\.url`: set; the value is private/);
		assert.match(text, /`inkling\.server\.profiles`: 1 entries, which are private/);
		assert.equal(report()!.languageId, 'markdown');
		assert.doesNotMatch(text, /canary|127\.0\.0\.1/i);
		assert.ok(!text.includes(homedir()), text);
		const [workspace] = vscode.workspace.workspaceFolders ?? [];
		assert.ok(!text.includes(workspace!.uri.fsPath), text);
	});

	it('writes one where the completion model is set to nonsense, too', async function () {
		this.timeout(120_000);
		const configuration = vscode.workspace.getConfiguration('inkling');
		await configuration.update('model.completion', '../canary', vscode.ConfigurationTarget.Global);
		void vscode.commands.executeCommand('inkling.doctor.run');
		await until(() => report() !== undefined, 100_000);
		await configuration.update('model.completion', undefined, vscode.ConfigurationTarget.Global);
		const text = report()!.getText();
		assert.match(text, /`inkling\.model\.completion`: set; the value is private/);
		assert.doesNotMatch(text, /canary/i);
	});
});
