import * as vscode from 'vscode';
import { readTaskSource } from '../taskSource';
import { offerWaysOn, runTextTask, type TextCommandParts } from './textTask';

/** "Write Tests": tests for the selected code or the document. */
export function registerWriteTests(parts: TextCommandParts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.code.tests', async () => {
		const source = readTaskSource('workOn');
		if (!source) return;
		await runTextTask(parts, {
			template: 'tests',
			title: vscode.l10n.t('Write Tests'),
			source,
			values: {},
			insertPlace: 'afterText',
			onUnsupported: () => void offerWaysOn(vscode.l10n.t('No installed model can write tests.')),
		});
	});
}
