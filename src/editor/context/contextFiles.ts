import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { contextText, isBinary, type ContextItem, type ContextRefusal, type ContextText } from '../../chat';
import { secretKind } from '../../prompts';
import { type WorkspaceListing } from '../workspaceListing';
import { placeOf } from './contextItems';

/** Larger files are refused: they are data, not something to talk about. */
const mostFileBytes = 2 * 1024 * 1024;

/** Reads files for prompts, and refuses those that must not get into one: secret and ignored ones, and all outside the workspace that
 * are not open. Open documents count as they are in the editor. */
export class ContextFiles {
	constructor(
		private readonly listing: WorkspaceListing,
		/** What the user's own rules keep on this machine, while text would leave it. */
		private readonly mustStay: (uri: vscode.Uri) => boolean,
	) {}

	/** Why a file may not be read; undefined when it may. Judged before it is opened. */
	async refusal(uri: vscode.Uri): Promise<'secret' | 'ignored' | 'missing' | undefined> {
		const isOpen = openDocument(uri) !== undefined;
		const inWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
		if (!isOpen && !inWorkspace) return 'missing';
		if (secretKind(uri.path) !== undefined || (await leadsToSecret(uri))) return 'secret';
		if (this.mustStay(uri)) return 'ignored';
		const { ignored } = await this.listing.read();
		return inWorkspace && ignored.ignores(uri.path) ? 'ignored' : undefined;
	}

	/** The text of the file or range that an item names. */
	async read(item: ContextItem): Promise<ContextText | ContextRefusal> {
		const place = placeOf(item);
		if (!place) return { item, refused: 'missing' };
		const refused = await this.refusal(place.uri);
		if (refused) return { item, refused };
		const whole = openDocument(place.uri)?.getText() ?? (await readFile(place.uri));
		if (typeof whole !== 'string') return { item, ...whole };
		return contextText(item, place.range ? inRange(whole, place.range) : whole);
	}
}

/** A link in the workspace may lead to a file of another name. */
async function leadsToSecret(uri: vscode.Uri): Promise<boolean> {
	if (uri.scheme !== 'file') return false;
	try {
		return secretKind(await realpath(uri.fsPath)) !== undefined;
	} catch {
		// There is no such file; reading it says so.
		return false;
	}
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
	const id = uri.toString();
	return vscode.workspace.textDocuments.find(document => document.uri.toString() === id);
}

async function readFile(uri: vscode.Uri): Promise<string | { readonly refused: 'missing' | 'tooLarge' | 'binary' }> {
	try {
		const { size, type } = await vscode.workspace.fs.stat(uri);
		if ((type & vscode.FileType.File) === 0) return { refused: 'missing' };
		if (size > mostFileBytes) return { refused: 'tooLarge' };
		const bytes = await vscode.workspace.fs.readFile(uri);
		return isBinary(bytes) ? { refused: 'binary' } : await vscode.workspace.decode(bytes, { uri });
	} catch (error) {
		if (error instanceof vscode.FileSystemError) return { refused: 'missing' };
		throw error;
	}
}

/** The part of a text in a range, which may have been made for an earlier version of it. */
function inRange(text: string, { start, end }: vscode.Range): string {
	const lines = text.split(/(?<=\n)/).slice(start.line, end.line + 1);
	const last = end.line - start.line;
	return lines
		.map((line, index) => line.slice(index === 0 ? start.character : 0, index === last ? end.character : undefined))
		.join('');
}
