import * as vscode from 'vscode';
import { showDownloadError } from '../downloadErrors';
import { type ModelLibrary } from '../modelLibrary';

/** "Set Access Token for Models...": for models behind a licence. */
export function registerSetModelToken({ host, log }: ModelLibrary): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.model.setToken', async () => {
		try {
			await host.askForToken();
		} catch (error) {
			await showDownloadError(error, log);
		}
	});
}
