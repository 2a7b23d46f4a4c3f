import * as vscode from 'vscode';
import { assertNever } from '../../base';
import { type ContextNotice, type ContextRefusal } from '../../chat';

/** Why something cannot be attached, in the user's language. */
export function describeRefusal(reason: ContextRefusal['refused']): string {
	const { t } = vscode.l10n;
	switch (reason) {
		case 'secret':
			return t('Not sent: files like this hold passwords or keys.');
		case 'ignored':
			return t('Not sent: an ignore file or setting leaves it out.');
		case 'binary':
			return t('Not sent: it is not text.');
		case 'tooLarge':
			return t('Not sent: it is too large.');
		case 'missing':
			return t('Not sent: it is no longer there.');
		case 'empty':
			return t('Not sent: it is empty.');
		default:
			return assertNever(reason);
	}
}

/** What to know before trusting attached text; '' when there is nothing. */
export function describeNotices(notices: readonly ContextNotice[]): string {
	const { t } = vscode.l10n;
	const words: Readonly<Record<ContextNotice, string>> = {
		hiddenCharacters: t('Contains characters that cannot be seen.'),
		cut: t('Only its beginning fits.'),
	};
	return notices.map(notice => words[notice]).join(' ');
}
