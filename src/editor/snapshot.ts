import { extname } from 'node:path';
import * as vscode from 'vscode';
import { type DocumentSnapshot } from '../completions';

/** A document for the rooms without VS Code. Lines are read when asked for, so that a keystroke in a large file costs what it uses. */
export function snapshot(document: vscode.TextDocument): DocumentSnapshot {
	return {
		uri: document.uri.toString(),
		languageId: document.languageId,
		extension: extname(document.uri.path).slice(1).toLowerCase(),
		lineCount: document.lineCount,
		endOfLine: document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n',
		lineAt: line => document.lineAt(line).text,
	};
}
