import * as vscode from 'vscode';
import { type Log } from '../../base';
import { GenerationError } from '../../generation';
import { showError } from '../userErrors';

/** Ends the engine processes and starts afresh, also after too many crashes. */
export function registerRestartEngine(restart: () => Promise<void>, log: Log): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.engine.restart', async () => {
		try {
			await restart();
		} catch (error) {
			// That one has a notice of its own, whoever it happens to.
			if (!(error instanceof GenerationError && error.code === 'engineCrashing')) await showError(error, log);
		}
	});
}
