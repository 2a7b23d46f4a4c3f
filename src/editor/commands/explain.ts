import * as vscode from 'vscode';
import { readTaskSource } from '../taskSource';
import { offerWaysOn, runTextTask, type TextCommandParts } from './textTask';

/** "Explain": what the selection or the document says or does. */
export function registerExplain(parts: TextCommandParts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.code.explain', async () => {
		const source = readTaskSource('workOn');
		if (!source) return;
		await runTextTask(parts, {
			template: 'explain',
			title: vscode.l10n.t('Explain'),
			source,
			values: {},
			insertPlace: 'afterText',
			onUnsupported: () => void offerWaysOn(vscode.l10n.t('No installed model can explain a text.')),
		});
	});
}
