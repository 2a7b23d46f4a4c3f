import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What one page of ours is made of, as paths under the extension's folder. */
export interface WebviewPage {
	/** Under media/, in order. */
	readonly styles: readonly string[];
	/** Under dist/. A module may load more from there. */
	readonly script: string;
	readonly isModule: boolean;
	/** Attributes of the root element, whose texts may be anything. */
	readonly data?: Readonly<Record<string, string>>;
}

/** A page with a root element, our style sheets and one script. The policy lets nothing else in and nothing out (S1). */
export function webviewPage(webview: vscode.Webview, extensionUri: vscode.Uri, page: WebviewPage): string {
	const nonce = randomBytes(16).toString('base64url');
	const uri = (...path: string[]): string =>
		escapeAttribute(webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString());
	const data = Object.entries(page.data ?? {}).map(([name, text]) => ` data-${name}="${escapeAttribute(text)}"`);
	return [
		'<!DOCTYPE html>',
		`<html lang="${escapeAttribute(vscode.env.language)}">`,
		'<head>',
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${policy(nonce, webview.cspSource)}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		...page.styles.map(style => `<link rel="stylesheet" href="${uri('media', style)}">`),
		'<title>Inkling</title>',
		'</head>',
		'<body>',
		`<div id="root"${data.join('')}></div>`,
		`<script${page.isModule ? ' type="module"' : ''} nonce="${nonce}" src="${uri('dist', ...page.script.split('/'))}"></script>`,
		'</body>',
		'</html>',
	].join('\n');
}

function policy(nonce: string, source: string): string {
	return [
		`default-src 'none'`,
		`script-src 'nonce-${nonce}'`,
		`style-src ${source}`,
		`font-src ${source}`,
		`img-src 'none'`,
		`base-uri 'none'`,
		`form-action 'none'`,
		`frame-src 'none'`,
		`connect-src 'none'`,
	].join('; ');
}

function escapeAttribute(text: string): string {
	return text.replace(/[&"'<>]/g, character => `&#${character.codePointAt(0)!};`);
}
