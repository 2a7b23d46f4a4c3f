import * as vscode from 'vscode';
import { searchPaths, type ContextItem, type ContextSource } from '../../chat';
import { type WorkspaceListing } from '../workspaceListing';
import { type ContextFiles } from './contextFiles';
import { fileItem } from './contextItems';

/** Files of the workspace, open ones first. */
export function fileSource(files: ContextFiles, listing: WorkspaceListing): ContextSource {
	return {
		kind: 'file',
		async search(query) {
			const byPath = await filesByPath(listing);
			return searchPaths([...byPath.keys()], query).map(path => fileItem('file', byPath.get(path)!));
		},
		read: item => files.read(item),
	};
}

/** Files that are not ignored, by the path a person knows them under. */
async function filesByPath(listing: WorkspaceListing): Promise<ReadonlyMap<string, vscode.Uri>> {
	const { files, ignored } = await listing.read();
	const open = openFiles().filter(uri => vscode.workspace.getWorkspaceFolder(uri));
	const others = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
	const kept = [...open, ...others].filter(({ path }) => !ignored.ignores(path));
	// Of two entries with one key the first place and the last value stay.
	return new Map(kept.map(uri => [vscode.workspace.asRelativePath(uri), uri]));
}

/** Files in tabs, those of the active group first. */
function openFiles(): readonly vscode.Uri[] {
	const { all, activeTabGroup } = vscode.window.tabGroups;
	const groups = [activeTabGroup, ...all.filter(group => group !== activeTabGroup)];
	return groups.flatMap(({ tabs }) =>
		tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : [])),
	);
}

/** The item for a file or folder that was dropped or chosen elsewhere; what cannot be read is refused when it is read. */
export async function itemForUri(uri: vscode.Uri): Promise<ContextItem> {
	const isFolder = await isDirectory(uri);
	return fileItem(isFolder ? 'folder' : 'file', uri);
}

async function isDirectory(uri: vscode.Uri): Promise<boolean> {
	try {
		return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
	} catch {
		return false;
	}
}
