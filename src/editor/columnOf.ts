import * as vscode from 'vscode';

/** The column in which a document already has a tab, so that it is not opened twice; the first one otherwise. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn {
	const key = uri.toString();
	const isTabOf = (tab: vscode.Tab): boolean =>
		tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === key;
	const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isTabOf));
	return group?.viewColumn ?? vscode.ViewColumn.One;
}
