import * as vscode from 'vscode';
import { assertNever } from '../base';
import { type ServerRole } from './serverRoles';

/** What people call a role. */
export function serverRoleName(role: ServerRole): string {
	const { t } = vscode.l10n;
	switch (role) {
		case 'tasks':
			return t('Summarize, Translate and Continue Writing');
		case 'chat':
			return t('Chat');
		case 'completion':
			return t('Completions while typing');
		default:
			return assertNever(role);
	}
}
