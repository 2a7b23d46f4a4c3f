import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { makeChatModel } from './chatModel';
import { until } from './until';

describe('the lightbulb', () => {
	const folder = mkdtempSync(join(tmpdir(), 'inkling-chat-model-'));
	const problems = vscode.languages.createDiagnosticCollection('textActionsTest');
	const choose = (model: string | undefined): Thenable<void> =>
		vscode.workspace.getConfiguration('inkling').update('chat.model', model, vscode.ConfigurationTarget.Global);
	let document: vscode.TextDocument;

	async function offered(range: vscode.Range): Promise<readonly string[]> {
		const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
			'vscode.executeCodeActionProvider',
			document.uri,
			range,
		);
		return actions.map(({ title }) => title).filter(title => /^Inkling: (?:Explain|Fix|Write Tests)$/.test(title));
	}

	before(async () => {
		await vscode.extensions.getExtension('inkling.inkling')!.activate();
		const [root] = vscode.workspace.workspaceFolders ?? [];
		document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(root!.uri, 'scripts/tides.py'));
		await vscode.window.showTextDocument(document);
	});

	after(async () => {
		problems.dispose();
		await choose(undefined);
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		rmSync(folder, { recursive: true, force: true });
	});

	it('offers nothing that no installed model can do', async () => {
		assert.deepEqual(await offered(new vscode.Range(0, 0, 3, 0)), []);
	});

	it('offers to explain and to test a selection, and to fix a problem, where a model can', async () => {
		await choose(makeChatModel(folder));
		const selection = new vscode.Range(0, 0, 3, 0);
		await until(async () => (await offered(selection)).length > 0);
		assert.deepEqual([...(await offered(selection))].sort(), ['Inkling: Explain', 'Inkling: Write Tests']);
		const place = new vscode.Range(8, 0, 8, 1);
		assert.deepEqual(await offered(new vscode.Range(8, 0, 8, 0)), []);
		problems.set(document.uri, [new vscode.Diagnostic(place, 'This is wrong.')]);
		await until(async () => (await offered(new vscode.Range(8, 0, 8, 0))).includes('Inkling: Fix'));
	});
});
