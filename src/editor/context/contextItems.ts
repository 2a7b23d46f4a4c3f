import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type ContextItem, type ContextKind } from '../../chat';

/** An item that is a file, or lines of one. Two ranges of one file are two items. */
export function fileItem(kind: ContextKind, uri: vscode.Uri, range?: vscode.Range): ContextItem {
	const path = vscode.workspace.asRelativePath(uri);
	const name = basename(uri.path);
	const lines = range && { first: range.start.line + 1, last: lastLine(range) + 1 };
	return {
		kind,
		id: (range ? uri.with({ fragment: fragmentOf(range) }) : uri).toString(),
		label: lines ? `${name}:${lines.first === lines.last ? lines.first : `${lines.first}-${lines.last}`}` : name,
		detail: path === name ? '' : path.slice(0, -name.length - 1),
		...(vscode.workspace.getWorkspaceFolder(uri) ? { path } : {}),
		...(lines ? { lines } : {}),
	};
}

/** The file and the range behind an item. Undefined for an id that names none: items come back from outside. */
export function placeOf({ id }: ContextItem): { readonly uri: vscode.Uri; readonly range?: vscode.Range } | undefined {
	let uri: vscode.Uri;
	try {
		uri = vscode.Uri.parse(id, true);
	} catch {
		return undefined;
	}
	// An address that climbs would seem to be in the workspace.
	if (uri.path.split('/').some(segment => segment === '..' || segment === '.')) return undefined;
	const found = /^L(\d+),(\d+)-L(\d+),(\d+)$/.exec(uri.fragment)?.slice(1).map(Number);
	const file = uri.with({ fragment: '' });
	if (!found) return { uri: file };
	const [startLine, startCharacter, endLine, endCharacter] = found as [number, number, number, number];
	return { uri: file, range: new vscode.Range(startLine, startCharacter, endLine, endCharacter) };
}

function fragmentOf({ start, end }: vscode.Range): string {
	return `L${start.line},${start.character}-L${end.line},${end.character}`;
}

/** A selection of whole lines ends at the start of the line behind them. */
function lastLine({ start, end }: vscode.Range): number {
	return end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
}
