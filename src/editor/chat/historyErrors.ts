import * as vscode from 'vscode';
import { assertNever, type Log } from '../../base';
import { HistoryError, type HistoryErrorCode } from '../../history';
import { showError } from '../userErrors';

/** Shows why something could not be done with a conversation, and logs it whole. */
export async function showHistoryError(error: unknown, log: Log): Promise<void> {
	const words = error instanceof HistoryError ? wordsFor(error.code) : undefined;
	if (words === undefined) return showError(error, log);
	log.error(String(error));
	await vscode.window.showErrorMessage(words);
}

function wordsFor(code: HistoryErrorCode): string | undefined {
	const { t } = vscode.l10n;
	switch (code) {
		case 'diskFull':
			return t('Inkling: the disk is full.');
		case 'readOnly':
			return t('Inkling: the folder of the conversations cannot be written to.');
		case 'deleted':
			return t('Inkling: this conversation was deleted, probably in another window.');
		case 'tooNew':
			return t('Inkling: a newer version of Inkling wrote this conversation. Update to open it.');
		case 'badImport':
			return t('Inkling: the file is not a conversation that Inkling exported.');
		case 'unknown':
			return undefined;
		default:
			return assertNever(code);
	}
}
