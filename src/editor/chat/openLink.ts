import * as vscode from 'vscode';
import { readLinkAddress } from '../../chat';

/**
 * Asks before a link of an answer is opened, with its whole decoded address (S3). Whatever is not http or https, a command
 * address above all, is refused.
 */
export async function openLink(text: string): Promise<void> {
	const { t } = vscode.l10n;
	const link = readLinkAddress(text);
	if (!link) {
		void vscode.window.showWarningMessage(t('Only web addresses can be opened from a conversation.'));
		return;
	}
	const open = t('Open');
	const copy = t('Copy Address');
	const question = t('Open a page on {host}? The model wrote this address.', { host: link.host });
	const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail: link.shown }, open, copy);
	if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(link.address, true));
	else if (chosen === copy) await vscode.env.clipboard.writeText(link.address);
}
