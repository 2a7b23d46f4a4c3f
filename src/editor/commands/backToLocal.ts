import * as vscode from 'vscode';
import { type Server } from '../server';

/** "Back to This Machine": one click, and nothing goes to a server any more. */
export function registerBackToLocal(server: Server): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.server.backToLocal', async () => {
		await server.backToLocal();
		vscode.window.setStatusBarMessage(vscode.l10n.t('Inkling runs on this machine only.'), 5000);
	});
}
