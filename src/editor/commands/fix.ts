import * as vscode from 'vscode';
import { enclosingSymbol } from '../enclosingSymbol';
import { readTaskSource, type TaskSource } from '../taskSource';
import { offerWaysOn, runTextTask, type TextCommandParts } from './textTask';

/** Most problems that are told to the model. */
const mostProblems = 10;
/** Lines before and after a problem that is in no function or class. */
const linesAround = 10;

/** "Fix": the selection or the document with its mistakes put right, as a diff; what the editor reports there is told to the model. */
export function registerFix(parts: TextCommandParts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.code.fix', async (problem?: unknown) => {
		if (problem instanceof vscode.Range) await selectAround(problem);
		const source = readTaskSource('workOn');
		if (!source) return;
		await runTextTask(parts, {
			template: 'fix',
			title: vscode.l10n.t('Fix'),
			source,
			values: { wish: await reportedProblems(source) },
			insertPlace: 'atCursor',
			onUnsupported: () => void offerWaysOn(vscode.l10n.t('No installed model can fix a text.')),
		});
	});
}

/** From a problem's lightbulb: what is selected is what the model sees, so it is the function or class around the problem. */
async function selectAround(problem: vscode.Range): Promise<void> {
	const editor = vscode.window.activeTextEditor;
	if (!editor?.selection.isEmpty) return;
	const { document } = editor;
	const found = await enclosingSymbol(document.uri, problem);
	const start = Math.max(0, problem.start.line - linesAround);
	const end = Math.min(document.lineCount - 1, problem.end.line + linesAround);
	const around = found ?? new vscode.Range(document.lineAt(start).range.start, document.lineAt(end).range.end);
	editor.selection = new vscode.Selection(around.start, around.end);
}

/** What compilers and linters say about the text, in words for the model; '' when nothing. */
async function reportedProblems({ uri, start, text }: TaskSource): Promise<string> {
	const document = await vscode.workspace.openTextDocument(uri);
	const range = new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
	const lines = vscode.languages
		.getDiagnostics(uri)
		.filter(problem => problem.severity <= vscode.DiagnosticSeverity.Warning && range.intersection(problem.range))
		.slice(0, mostProblems)
		.map(({ range: { start: at }, message }) => `- line ${at.line - range.start.line + 1}: ${message}`);
	return lines.length === 0 ? '' : `The editor reports:\n${lines.join('\n')}`;
}
