import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { webviewPage } from '../webviewPage';
import { chatLabels } from './chatLabels';

/** Folders that the page may load from, under the extension's own. */
export const chatPageFolders = ['dist', 'media'];

/**
 * The page of the chat panel: the texts in the user's language go with its root. What the first paint needs is in the page: VS Code
 * passes every file that a page loads through several processes.
 */
export async function chatPage(webview: vscode.Webview, extensionUri: vscode.Uri): Promise<string> {
	const address = (path: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, path);
	const read = async (path: string): Promise<{ readonly text: string }> => ({
		text: await readFile(address(path).fsPath, 'utf8'),
	});
	const load = (path: string): string => webview.asWebviewUri(address(path)).toString();
	const icons = `@font-face { font-family: codicon; src: url('${load('dist/codicon.ttf')}') format('truetype'); font-display: block; }`;
	return webviewPage(webview, extensionUri, {
		styles: [{ text: icons }, ...(await Promise.all(['media/page.css', 'media/chat.css'].map(read)))],
		script: await read('dist/chat/main.js'),
		isModule: true,
		data: { labels: JSON.stringify(chatLabels()), markdown: load('dist/chat/markdownRenderer.js') },
	});
}
