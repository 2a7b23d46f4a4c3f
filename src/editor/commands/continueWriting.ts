import * as vscode from 'vscode';
import { readTaskSource } from '../taskSource';
import { offerWaysOn, runTextTask, type TextCommandParts } from './textTask';

/** "Continue Writing": what could come after the selection, the cursor or the end of the document. */
export function registerContinueWriting(parts: TextCommandParts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.text.continue', async () => {
		const source = readTaskSource('continue');
		if (!source) return;
		const title = vscode.l10n.t('Continue Writing');
		const onUnsupported = (): void => void offerWaysOn(vscode.l10n.t('No installed model can continue a text.'));
		await runTextTask(parts, {
			template: 'continue',
			title,
			source,
			values: {},
			insertPlace: 'afterText',
			onUnsupported,
		});
	});
}
