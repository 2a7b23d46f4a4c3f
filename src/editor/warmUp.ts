import * as vscode from 'vscode';

/** Loads the completion model when somebody begins to work in an editor: the first key or click there. Nothing is loaded at start-up,
 * so that a window which is only looked at costs no memory, and yet the first suggestion need not wait. */
export function registerWarmUp(warmUp: () => void): vscode.Disposable {
	const begin = (): void => {
		first.dispose();
		warmUp();
	};
	const people: readonly (vscode.TextEditorSelectionChangeKind | undefined)[] = [
		vscode.TextEditorSelectionChangeKind.Keyboard,
		vscode.TextEditorSelectionChangeKind.Mouse,
	];
	const first = vscode.window.onDidChangeTextEditorSelection(({ kind, textEditor }) => {
		if (people.includes(kind) && isText(textEditor.document)) begin();
	});
	return first;
}

/** Output channels and the like scroll by themselves and are never completed. */
const isText = ({ uri }: vscode.TextDocument): boolean => !['output', 'debug', 'comment'].includes(uri.scheme);
