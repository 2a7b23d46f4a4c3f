import * as vscode from 'vscode';
import { buildTemplateLibrary, type TemplateFile, type TemplateLibrary } from '../prompts';

/** Where prompt templates are looked for. */
export interface PromptFolders {
	readonly extensionUri: vscode.Uri;
	/** Absolute path of the user's own folder, '' when there is none; read at each use. */
	readonly userFolder: () => string;
}

/**
 * Reads all templates: those that ship, the user's, and, in a trusted workspace only, `.inkling/prompts` of every open
 * folder. Read anew for every command, so an edited template counts at once.
 */
export async function readTemplateLibrary(folders: PromptFolders): Promise<TemplateLibrary> {
	const user = folders.userFolder();
	const workspaceTrusted = vscode.workspace.isTrusted;
	const open = workspaceTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
	const workspace = await Promise.all(
		open.map(folder => readTemplateFolder(vscode.Uri.joinPath(folder.uri, '.inkling', 'prompts'))),
	);
	return buildTemplateLibrary({
		builtIn: await readTemplateFolder(vscode.Uri.joinPath(folders.extensionUri, 'media', 'prompts')),
		user: user === '' ? [] : await readTemplateFolder(vscode.Uri.file(user)),
		workspace: workspace.flat(),
		workspaceTrusted,
	});
}

/** The Markdown files of a folder; none where there is no such folder. */
export async function readTemplateFolder(folder: vscode.Uri): Promise<readonly TemplateFile[]> {
	const entries = await listFolder(folder);
	const names = entries.filter(([name, type]) => name.endsWith('.md') && (type & vscode.FileType.File) !== 0);
	return Promise.all(
		names.map(async ([name]) => {
			const uri = vscode.Uri.joinPath(folder, name);
			const bytes = await vscode.workspace.fs.readFile(uri);
			return { path: vscode.workspace.asRelativePath(uri), text: new TextDecoder().decode(bytes) };
		}),
	);
}

/** No folder means no templates; every other failure is one. */
async function listFolder(folder: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
	try {
		return await vscode.workspace.fs.readDirectory(folder);
	} catch (error) {
		if (error instanceof vscode.FileSystemError && ['FileNotFound', 'FileNotADirectory'].includes(error.code))
			return [];
		throw error;
	}
}
