import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from './until';

/** Opens a file of the sample workspace with the cursor at its end. */
async function openAtEnd(path: string): Promise<vscode.TextEditor> {
	const [folder] = vscode.workspace.workspaceFolders ?? [];
	assert.ok(folder, 'no workspace is open');
	const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, path));
	const editor = await vscode.window.showTextDocument(document);
	const end = document.lineAt(document.lineCount - 1).range.end;
	editor.selection = new vscode.Selection(end, end);
	return editor;
}

const type = (text: string): Thenable<unknown> => vscode.commands.executeCommand('type', { text });

describe('completions in the extension host', () => {
	before(async () => {
		const settings = vscode.workspace.getConfiguration('inkling');
		// What is tested is that suggestions arrive, not how sure or how fast the model is.
		await settings.update('completion.minimumConfidence', 0, vscode.ConfigurationTarget.Global);
		await settings.update('completion.timeLimitMs', 5000, vscode.ConfigurationTarget.Global);
	});

	afterEach(async () => {
		await vscode.commands.executeCommand('workbench.action.files.revert');
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	it('inserts a suggestion after the text that was typed, and takes it back as one step', async () => {
		const editor = await openAtEnd('src/report.ts');
		const before = editor.document.getText();
		await type('const total');
		const typed = editor.document.getText();
		await until(async () => {
			await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
			await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
			return editor.document.getText() !== typed;
		});
		const accepted = editor.document.getText();
		assert.ok(accepted.startsWith(typed), accepted.slice(before.length));
		await vscode.commands.executeCommand('undo');
		assert.equal(editor.document.getText(), typed);
	});

	it('writes the switch for one language to the settings and takes it back', async () => {
		await openAtEnd('scripts/tides.py');
		const python = (): unknown =>
			vscode.workspace.getConfiguration('inkling').get<Record<string, boolean>>('enable')?.python;
		const before = python();
		await vscode.commands.executeCommand('inkling.completion.toggleLanguage');
		assert.equal(python(), false);
		await vscode.commands.executeCommand('inkling.completion.toggleLanguage');
		assert.notEqual(python(), false);
		assert.notEqual(before, false);
	});
});
