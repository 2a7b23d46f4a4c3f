import * as vscode from 'vscode';
import { type Enablement } from '../enablement';
import { type Settings } from '../settings';

/** Turns completions on or off everywhere; turning them on also ends a snooze. */
export function registerToggleCompletions(settings: Settings, enablement: Enablement): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.completion.toggle', async () => {
		if (enablement.snoozedUntil !== undefined) {
			enablement.wake();
			return;
		}
		await settings.setEnabled('*', settings.languages()['*'] === false);
	});
}
