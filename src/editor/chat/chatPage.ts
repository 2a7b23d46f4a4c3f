import type * as vscode from 'vscode';
import { webviewPage } from '../webviewPage';
import { chatLabels } from './chatLabels';

/** Folders that the page may load from, under the extension's own. */
export const chatPageFolders = ['dist', 'media'];

/** The page of the chat panel: the texts in the user's language go with its root. */
export function chatPage(webview: vscode.Webview, extensionUri: vscode.Uri): string {
	return webviewPage(webview, extensionUri, {
		styles: ['page.css', 'chat.css'],
		script: 'chat/main.js',
		isModule: true,
		data: { labels: JSON.stringify(chatLabels()) },
	});
}
