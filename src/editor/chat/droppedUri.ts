import * as vscode from 'vscode';

/** The file that a dropped address names; undefined for what is no address. A window on another machine names files by that machine, and
 * an extension that runs there knows them as files of its own. */
export function droppedUri(address: string): vscode.Uri | undefined {
	let uri: vscode.Uri;
	try {
		uri = vscode.Uri.parse(address, true);
	} catch {
		return undefined;
	}
	const runsThere = vscode.env.remoteName !== undefined && !folders().some(({ scheme }) => scheme === 'vscode-remote');
	return uri.scheme === 'vscode-remote' && runsThere ? vscode.Uri.file(uri.path) : uri;
}

const folders = (): readonly vscode.Uri[] => (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
