import * as vscode from 'vscode';
import { type Settings } from '../settings';

/** Turns completions on or off for the language of the active editor. */
export function registerToggleLanguage(settings: Settings): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.completion.toggleLanguage', async () => {
		const languageId = vscode.window.activeTextEditor?.document.languageId;
		if (languageId === undefined) return;
		const enabled = !settings.enabledFor(languageId);
		await settings.setEnabled(languageId, enabled);
		vscode.window.setStatusBarMessage(
			enabled
				? vscode.l10n.t('Inkling completions are on for {language}.', { language: languageId })
				: vscode.l10n.t('Inkling completions are off for {language}.', { language: languageId }),
			4000,
		);
	});
}
