import * as vscode from 'vscode';
import { isWrittenHere, nearestFirst } from '../completions';
import { secretKind } from '../prompts';
import { type IgnoreFiles } from './ignoreFiles';

/** Most files that are looked at, and most that are read. */
const mostFound = 10_000;
const mostFiles = 2000;

/** The workspace's own text files, those nearest to the open ones first. Excluded, ignored, secret and generated ones are left out
 * without being opened. Works on any file system VS Code knows. */
export async function workspaceFiles(
	open: readonly vscode.Uri[],
	rules: IgnoreFiles,
	token: vscode.CancellationToken,
): Promise<readonly vscode.Uri[]> {
	const found = await vscode.workspace.findFiles('**/*', excludePattern(), mostFound, token);
	const kept = found.filter(
		({ path }) => secretKind(path) === undefined && isWrittenHere(relative(path)) && !rules.ignores(path),
	);
	const byPath = new Map(kept.map(uri => [uri.path, uri]));
	const order = nearestFirst(
		[...byPath.keys()],
		open.map(({ path }) => path),
	);
	return order.slice(0, mostFiles).map(path => byPath.get(path)!);
}

/** Both lists of the user's settings that say which files do not count. */
export function excludePattern(): string {
	const patterns = ['files.exclude', 'search.exclude'].flatMap(key =>
		Object.entries(vscode.workspace.getConfiguration().get<Record<string, unknown>>(key, {}))
			.filter(([, on]) => on === true)
			.map(([pattern]) => pattern),
	);
	return `{${['**/node_modules/**', ...patterns].join(',')}}`;
}

/** Folders above the workspace say nothing about its files. */
function relative(path: string): string {
	const folder = vscode.workspace.workspaceFolders?.find(one => path.startsWith(`${one.uri.path}/`));
	return folder ? path.slice(folder.uri.path.length + 1) : path;
}
