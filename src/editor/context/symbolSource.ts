import * as vscode from 'vscode';
import { type ContextItem, type ContextSource } from '../../chat';
import { enclosingSymbol } from '../enclosingSymbol';
import { type ContextFiles } from './contextFiles';
import { fileItem, placeOf } from './contextItems';

/** Most symbols that are offered. */
const mostFound = 20;

/** Functions, classes and other symbols, as the languages' own extensions know them. */
export function symbolSource(files: ContextFiles): ContextSource {
	return {
		kind: 'symbol',
		async search(query) {
			const found = await vscode.commands.executeCommand<readonly vscode.SymbolInformation[] | undefined>(
				'vscode.executeWorkspaceSymbolProvider',
				query,
			);
			const inWorkspace = (found ?? []).filter(({ location }) => vscode.workspace.getWorkspaceFolder(location.uri));
			return inWorkspace.slice(0, mostFound).map(itemOf);
		},
		async read(item) {
			const place = placeOf(item);
			if (!place?.range) return { item, refused: 'missing' };
			const refused = await files.refusal(place.uri);
			if (refused) return { item, refused };
			// Some languages give only a symbol's name; the outline of its file has all of it.
			const whole = (await enclosingSymbol(place.uri, place.range)) ?? place.range;
			const { id, lines } = fileItem('symbol', place.uri, whole);
			return files.read({ ...item, id, ...(lines ? { lines } : {}) });
		},
	};
}

function itemOf({ name, containerName, location }: vscode.SymbolInformation): ContextItem {
	const item = fileItem('symbol', location.uri, location.range);
	const place = item.path ?? item.label;
	return { ...item, label: name, detail: containerName === '' ? place : `${containerName} · ${place}` };
}
