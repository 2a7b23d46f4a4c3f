import * as vscode from 'vscode';
import { assertNever } from '../../base';
import { confirmWrite } from '../confirmWrite';
import { type Proposals } from '../proposal';

export type CodeAction = 'copy' | 'insert' | 'replace' | 'newFile';

/**
 * What a button of a code block does; says what happened. Nothing is written but at the cursor, in the file that is open, after
 * the person pressed Insert, as one undo step.
 */
export async function runCodeAction(
	action: CodeAction,
	code: string,
	language: string,
	proposals: Pick<Proposals, 'show'>,
): Promise<string> {
	const { t } = vscode.l10n;
	switch (action) {
		case 'copy':
			await vscode.env.clipboard.writeText(code);
			return t('Copied.');
		case 'insert':
			return insertAtCursor(code);
		case 'replace':
			return proposeReplacement(code, proposals);
		case 'newFile': {
			const languageId = await languageIdOf(language);
			const document = await vscode.workspace.openTextDocument({ content: code, language: languageId });
			await vscode.window.showTextDocument(document, { preview: false });
			return t('Opened as a new file. It is not saved yet.');
		}
		default:
			return assertNever(action);
	}
}

/** Whether a block of code is part of what the model wrote: indentation may differ, a block in a list loses it. */
export function isPartOf(code: string, text: string): boolean {
	const lines = new Set(text.split('\n').map(line => line.trim()));
	return code.split('\n').every(line => lines.has(line.trim()));
}

async function insertAtCursor(code: string): Promise<string> {
	const { t } = vscode.l10n;
	const editor = targetEditor();
	if (!editor) return t('Open a text file first.');
	const { document, selection } = editor;
	if (!(await confirmWrite(document.uri))) return t('Nothing was written.');
	const edit = new vscode.WorkspaceEdit();
	edit.insert(document.uri, selection.active, code);
	if (!(await vscode.workspace.applyEdit(edit)))
		return t('The change could not be written. The file may be read-only.');
	await vscode.window.showTextDocument(document, editor.viewColumn);
	return t('Inserted.');
}

async function proposeReplacement(code: string, proposals: Pick<Proposals, 'show'>): Promise<string> {
	const { t } = vscode.l10n;
	const editor = targetEditor();
	if (!editor || editor.selection.isEmpty) return t('Select the text to replace in an editor first.');
	const { document, selection } = editor;
	const original = document.getText(selection);
	const start = document.offsetAt(selection.start);
	const ending = original.endsWith('\n') && !code.endsWith('\n') ? '\n' : '';
	const isShown = await proposals.show({
		uri: document.uri,
		start,
		original,
		replacement: code + ending,
		title: t('Chat'),
	});
	return isShown ? t('Review the change and accept or discard it in the title bar of the diff.') : '';
}

/** While the panel has the focus, the editor that had it before. */
function targetEditor(): vscode.TextEditor | undefined {
	return vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
}

/** What people write after three backquotes, where VS Code calls it differently. */
const aliases: Readonly<Record<string, string>> = {
	ts: 'typescript',
	tsx: 'typescriptreact',
	js: 'javascript',
	jsx: 'javascriptreact',
	py: 'python',
	rb: 'ruby',
	rs: 'rust',
	cs: 'csharp',
	'c++': 'cpp',
	sh: 'shellscript',
	bash: 'shellscript',
	zsh: 'shellscript',
	shell: 'shellscript',
	yml: 'yaml',
	md: 'markdown',
	golang: 'go',
	kt: 'kotlin',
	docker: 'dockerfile',
	make: 'makefile',
	ps1: 'powershell',
};

async function languageIdOf(name: string): Promise<string> {
	const lower = name.toLowerCase();
	const wanted = Object.hasOwn(aliases, lower) ? aliases[lower]! : lower;
	return (await vscode.languages.getLanguages()).includes(wanted) ? wanted : 'plaintext';
}
