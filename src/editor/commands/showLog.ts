import * as vscode from 'vscode';

/** Opens the output channel. */
export function registerShowLog(log: { show(): void }): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.log.show', () => log.show());
}
