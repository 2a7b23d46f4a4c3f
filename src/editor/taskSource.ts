import { basename } from 'node:path';
import * as vscode from 'vscode';
import { assertNever } from '../base';
import { secretKind, type SecretKind, type TaskDocument } from '../prompts';
import { relocate } from './relocate';
import { columnOf } from './columnOf';
import { confirmWrite } from './confirmWrite';

/** The text a command works on and where it stands. */
export interface TaskSource {
	readonly uri: vscode.Uri;
	readonly text: string;
	/** Offset of the text in the document when it was read. */
	readonly start: number;
	readonly document: TaskDocument;
}

/** More than this is refused, not cut: two hours of work for a model on a laptop help nobody. */
const maxCharacters = 1_000_000;

/**
 * The selection of the active editor, or its document; to continue, the text up to the cursor where there is any.
 * Undefined, with a message, when there is none or it may not be read.
 */
export function readTaskSource(purpose: 'workOn' | 'continue'): TaskSource | undefined {
	const found = findSource(purpose);
	if (typeof found !== 'string') return found;
	void vscode.window.showWarningMessage(found);
	return undefined;
}

/** The source, or why there is none. */
function findSource(purpose: 'workOn' | 'continue'): TaskSource | string {
	const { t } = vscode.l10n;
	const editor = vscode.window.activeTextEditor ?? onlyVisibleEditor();
	if (!editor) return t('Open a text file first.');
	const { document, selection } = editor;
	const fileName = basename(document.uri.path);
	const secret = secretRefusal(document.uri);
	if (secret !== undefined) return secret;
	const range = selection.isEmpty ? unselected(document, selection.active, purpose) : selection;
	const text = document.getText(range);
	if (text.trim() === '') return t('There is no text to work on.');
	if (text.length > maxCharacters) {
		const inWords = (count: number): string => count.toLocaleString(vscode.env.language);
		const numbers = { characters: inWords(text.length), limit: inWords(maxCharacters) };
		return t('The text has {characters} characters; the limit is {limit}. Select a part of it.', numbers);
	}
	const facts = { languageId: document.languageId, fileName };
	return { uri: document.uri, text, start: document.offsetAt(range.start), document: facts };
}

/** Text as it was, and a place in it where something can be put. */
export type InsertPlace = 'atCursor' | 'afterText';

/** Puts text into the source's document, as one undo step, after the person pressed Insert. Says what happened. */
export async function insertResult(source: TaskSource, text: string, place: InsertPlace): Promise<string> {
	const { t } = vscode.l10n;
	if (!(await confirmWrite(source.uri))) return t('Nothing was written.');
	const document = await vscode.workspace.openTextDocument(source.uri);
	const position = insertPosition(document, source, place);
	if (!position) return t('The passage was changed in the meantime and can no longer be found. Run the command again.');
	const edit = new vscode.WorkspaceEdit();
	edit.insert(source.uri, position, text);
	if (!(await vscode.workspace.applyEdit(edit)))
		return t('The change could not be written. The file may be read-only.');
	const end = document.positionAt(document.offsetAt(position) + text.length);
	await vscode.window.showTextDocument(document, {
		viewColumn: columnOf(source.uri),
		selection: new vscode.Range(end, end),
	});
	return t('Inserted.');
}

function insertPosition(
	document: vscode.TextDocument,
	source: TaskSource,
	place: InsertPlace,
): vscode.Position | undefined {
	const editor = visibleEditor(source.uri);
	if (place === 'atCursor' && editor) return editor.selection.active;
	// The last lines are enough to know the place again; all of a long text would fail on any change in it.
	const tail = source.text.slice(-400);
	const start = relocate(document.getText(), tail, source.start + source.text.length - tail.length);
	return start === undefined ? undefined : document.positionAt(start + tail.length);
}

function visibleEditor(uri: vscode.Uri): vscode.TextEditor | undefined {
	return vscode.window.visibleTextEditors.find(editor => editor.document.uri.toString() === uri.toString());
}

/** While the result panel has the focus there is no active text editor, but it is plain which text is meant. */
function onlyVisibleEditor(): vscode.TextEditor | undefined {
	const { visibleTextEditors } = vscode.window;
	return visibleTextEditors.length === 1 ? visibleTextEditors[0] : undefined;
}

function unselected(
	document: vscode.TextDocument,
	cursor: vscode.Position,
	purpose: 'workOn' | 'continue',
): vscode.Range {
	const start = new vscode.Position(0, 0);
	const before = new vscode.Range(start, cursor);
	if (purpose === 'continue' && document.getText(before).trim() !== '') return before;
	return new vscode.Range(start, document.lineAt(document.lineCount - 1).range.end);
}

/** Why a file may not be read at all: it holds secrets by its name. Undefined when it may. */
export function secretRefusal(uri: vscode.Uri): string | undefined {
	const kind = secretKind(uri.path);
	return kind && secretMessage(kind, basename(uri.path));
}

function secretMessage(kind: SecretKind, file: string): string {
	const { t } = vscode.l10n;
	switch (kind) {
		case 'environment':
			return t('Inkling does not read {file}: files like this hold passwords and keys of an environment.', { file });
		case 'key':
			return t('Inkling does not read {file}: files like this hold private keys.', { file });
		case 'credentials':
			return t('Inkling does not read {file}: files like this hold credentials.', { file });
		default:
			return assertNever(kind);
	}
}
