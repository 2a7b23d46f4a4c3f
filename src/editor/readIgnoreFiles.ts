import * as vscode from 'vscode';
import { IgnoreFiles } from './ignoreFiles';
import { excludePattern } from './workspaceFiles';

/** More than the largest repositories have: a file left unread would let through what it ignores. */
const mostIgnoreFiles = 5000;

/** The .gitignore files of the open folders, on any file system VS Code knows. Rejects when one of them cannot be read. */
export async function readIgnoreFiles(token: vscode.CancellationToken): Promise<IgnoreFiles> {
	const rules = new IgnoreFiles();
	for (const uri of await vscode.workspace.findFiles('**/.gitignore', excludePattern(), mostIgnoreFiles, token)) {
		const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
		rules.add(uri.path.slice(0, uri.path.lastIndexOf('/') + 1), text);
	}
	return rules;
}
