import * as vscode from 'vscode';
import { type ContextItem } from '../../chat';
import { fileItem } from '../context';

/** Files and places that were attached in VS Code's chat, in the order they were attached. Others, such as pictures, are nothing
 * our models read. */
export function itemsOf(references: readonly vscode.ChatPromptReference[]): readonly ContextItem[] {
	return [...references].reverse().flatMap(({ value }) => {
		if (value instanceof vscode.Uri) return [fileItem('file', value)];
		if (value instanceof vscode.Location) return [fileItem('selection', value.uri, value.range)];
		return [];
	});
}
