import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { inlineScript, inlineStyle } from './inlineText';

/** What one page of ours is made of. */
export interface WebviewPage {
	readonly styles: readonly PagePart[];
	readonly script: PagePart;
	/** A module may load more from dist/. */
	readonly isModule: boolean;
	/** Attributes of the root element, whose texts may be anything. */
	readonly data?: Readonly<Record<string, string>>;
}

/** A path under the extension's folder, or what stands in the page itself and so is there without being asked for. */
export type PagePart = { readonly path: string } | { readonly text: string };

/** A page with a root element, our style sheets and one script. The policy lets nothing else in and nothing out (S1). */
export function webviewPage(webview: vscode.Webview, extensionUri: vscode.Uri, page: WebviewPage): string {
	const nonce = randomBytes(16).toString('base64url');
	const uri = (path: string): string =>
		escapeAttribute(webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, path)).toString());
	const style = (part: PagePart): string =>
		'path' in part
			? `<link rel="stylesheet" href="${uri(part.path)}">`
			: `<style nonce="${nonce}">${inlineStyle(part.text)}</style>`;
	const { script } = page;
	const opening = `<script${page.isModule ? ' type="module"' : ''} nonce="${nonce}"`;
	const data = Object.entries(page.data ?? {}).map(([name, text]) => ` data-${name}="${escapeAttribute(text)}"`);
	return [
		'<!DOCTYPE html>',
		`<html lang="${escapeAttribute(vscode.env.language)}">`,
		'<head>',
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${policy(nonce, webview.cspSource)}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		...page.styles.map(style),
		'<title>Inkling</title>',
		'</head>',
		'<body>',
		`<div id="root"${data.join('')}></div>`,
		'path' in script
			? `${opening} src="${uri(script.path)}"></script>`
			: `${opening}>${inlineScript(script.text)}</script>`,
		'</body>',
		'</html>',
	].join('\n');
}

function policy(nonce: string, source: string): string {
	return [
		`default-src 'none'`,
		`script-src 'nonce-${nonce}'`,
		`style-src 'nonce-${nonce}' ${source}`,
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
