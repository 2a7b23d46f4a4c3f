import * as vscode from 'vscode';
import { contextText, type ContextItem, type ContextSource } from '../../chat';

/** The text in the clipboard, read when the message is sent. */
export function clipboardSource(): ContextSource {
	return {
		kind: 'clipboard',
		search: query => {
			const item: ContextItem = { kind: 'clipboard', id: 'clipboard', label: vscode.l10n.t('Clipboard'), detail: '' };
			return Promise.resolve(item.label.toLowerCase().includes(query.toLowerCase()) ? [item] : []);
		},
		read: async item => contextText(item, await vscode.env.clipboard.readText()),
	};
}
