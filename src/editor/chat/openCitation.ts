import * as vscode from 'vscode';
import { findCitations, type Answer } from '../../chat';
import { placeOf } from '../context';

/** Shows the lines that an answer cites, if it cites them and the model was given them; does nothing otherwise. */
export async function openCitation({ text, given = [] }: Answer, label: string): Promise<void> {
	const citation = findCitations(text, given).find(one => one.label === label);
	const item = citation && given.find(({ path }) => path === citation.path);
	const uri = item && placeOf(item)?.uri;
	// An imported conversation may name any file.
	if (!citation || !uri || !vscode.workspace.getWorkspaceFolder(uri)) return;
	const { first, last } = citation.lines;
	const selection = new vscode.Range(first - 1, 0, last, 0);
	await vscode.window.showTextDocument(uri, { selection, preview: true });
}
