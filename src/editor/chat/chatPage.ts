import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { chatLabels } from './chatLabels';

/** Folders that the page may load from, under the extension's own. */
export const chatPageFolders = ['dist', 'media'];

/**
 * The page of the chat panel: a root with the texts in the user's language, one style sheet, one script that loads the rest. The
 * policy lets nothing else in and nothing out (S1).
 */
export function chatPage(webview: vscode.Webview, extensionUri: vscode.Uri): string {
	const nonce = randomBytes(16).toString('base64url');
	const uri = (...path: string[]): string =>
		webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
	const policy = [
		`default-src 'none'`,
		`script-src 'nonce-${nonce}'`,
		`style-src ${webview.cspSource}`,
		`font-src ${webview.cspSource}`,
		`img-src 'none'`,
		`base-uri 'none'`,
		`form-action 'none'`,
		`frame-src 'none'`,
		`connect-src 'none'`,
	].join('; ');
	return [
		'<!DOCTYPE html>',
		`<html lang="${escapeAttribute(vscode.env.language)}">`,
		'<head>',
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${policy}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		`<link rel="stylesheet" href="${uri('media', 'chat.css')}">`,
		'<title>Inkling</title>',
		'</head>',
		'<body>',
		`<div id="root" data-labels="${escapeAttribute(JSON.stringify(chatLabels()))}"></div>`,
		`<script type="module" nonce="${nonce}" src="${uri('dist', 'chat', 'main.js')}"></script>`,
		'</body>',
		'</html>',
	].join('\n');
}

function escapeAttribute(text: string): string {
	return text.replace(/[&"'<>]/g, character => `&#${character.codePointAt(0)!};`);
}
