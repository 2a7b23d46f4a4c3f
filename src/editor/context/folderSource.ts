import * as vscode from 'vscode';
import {
	contextText,
	searchPaths,
	type ContextItem,
	type ContextRefusal,
	type ContextSource,
	type ContextText,
} from '../../chat';
import { isWrittenHere } from '../../completions';
import { secretKind } from '../../prompts';
import { type WorkspaceListing } from '../workspaceListing';
import { type ContextFiles } from './contextFiles';
import { fileItem, placeOf } from './contextItems';

/** Most files whose names, and most characters of text, a folder gives. */
const mostNames = 200;
const mostCharacters = 60_000;

/** Folders of the workspace: the names of what is in one, then the text files themselves while there is room. */
export function folderSource(files: ContextFiles, listing: WorkspaceListing): ContextSource {
	return {
		kind: 'folder',
		async search(query) {
			const folders = await foldersByPath(listing);
			return searchPaths([...folders.keys()], query).map(path => fileItem('folder', folders.get(path)!));
		},
		async read(item, signal) {
			const folder = placeOf(item)?.uri;
			if (!folder || !vscode.workspace.getWorkspaceFolder(folder)) return { item, refused: 'missing' };
			return readFolder(item, await filesBelow(folder, listing), { files, signal });
		},
	};
}

async function readFolder(
	item: ContextItem,
	uris: readonly vscode.Uri[],
	{ files, signal }: { readonly files: ContextFiles; readonly signal: AbortSignal },
): Promise<ContextText | ContextRefusal> {
	const path = (uri: vscode.Uri): string => vscode.workspace.asRelativePath(uri);
	const pieces = [uris.slice(0, mostNames).map(path).join('\n')];
	let room = mostCharacters;
	let isCut = uris.length > mostNames;
	for (const uri of uris.filter(({ path }) => isWrittenHere(path)).slice(0, mostNames)) {
		if (signal.aborted) break;
		const read = await files.read(fileItem('file', uri));
		if ('refused' in read) continue;
		isCut ||= read.text.length > room;
		if (read.text.length > room) continue;
		room -= read.text.length;
		pieces.push(`--- ${path(uri)}\n${read.text.trimEnd()}`);
	}
	return contextText(item, uris.length === 0 ? '' : pieces.join('\n\n'), isCut);
}

/** Files below a folder, shallow ones first. Ignored and secret ones are not even named. */
async function filesBelow(folder: vscode.Uri, listing: WorkspaceListing): Promise<readonly vscode.Uri[]> {
	const { files, ignored } = await listing.read();
	const start = folder.path.endsWith('/') ? folder.path : `${folder.path}/`;
	const depth = (uri: vscode.Uri): number => uri.path.split('/').length;
	return files
		.filter(({ path }) => path.startsWith(start) && secretKind(path) === undefined && !ignored.ignores(path))
		.sort((a, b) => depth(a) - depth(b) || (a.path < b.path ? -1 : 1));
}

async function foldersByPath(listing: WorkspaceListing): Promise<ReadonlyMap<string, vscode.Uri>> {
	const { files, ignored } = await listing.read();
	const folders = new Map<string, vscode.Uri>();
	for (const root of vscode.workspace.workspaceFolders ?? []) folders.set(root.name, root.uri);
	for (const file of files) {
		if (ignored.ignores(file.path)) continue;
		const root = vscode.workspace.getWorkspaceFolder(file)?.uri.path;
		for (let uri = parent(file); root !== undefined && uri.path.length > root.length; uri = parent(uri)) {
			const path = vscode.workspace.asRelativePath(uri);
			if (folders.has(path)) break;
			folders.set(path, uri);
		}
	}
	return folders;
}

const parent = (uri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(uri, '..');
