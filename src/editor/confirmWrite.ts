import * as vscode from 'vscode';
import { assertNever } from '../base';
import { steeringKind, type SteeringKind } from '../prompts';

/**
 * The second yes (S14) before generated text goes into a file that steers the editor, the repository, other assistants
 * or automation. True at once for every other file.
 */
export async function confirmWrite(uri: vscode.Uri): Promise<boolean> {
	const kind = steeringKind(uri.path);
	if (!kind) return true;
	const yes = vscode.l10n.t('Write It');
	const file = vscode.workspace.asRelativePath(uri);
	const question = vscode.l10n.t('Write generated text into {file}?', { file });
	const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail: reasonFor(kind) }, yes);
	return chosen === yes;
}

function reasonFor(kind: SteeringKind): string {
	const { t } = vscode.l10n;
	switch (kind) {
		case 'editorSettings':
			return t('This file steers the editor and can start programs. Read the change before you say yes.');
		case 'repository':
			return t('This file steers the repository and can start programs. Read the change before you say yes.');
		case 'agentInstructions':
			return t('This file gives instructions to AI assistants. Read the change before you say yes.');
		case 'automation':
			return t('This file steers automation that may run with your rights. Read the change before you say yes.');
		default:
			return assertNever(kind);
	}
}
