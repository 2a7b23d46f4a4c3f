import * as vscode from 'vscode';
import { type ContextItem } from '../../chat';
import { fileItem, itemForUri, mentionedItems, type ContextSources } from '../context';

/** What a request of VS Code's chat brings: files, folders and places that were attached, in their order, then what `#changes`,
 * `#problems` and the like name. Pictures and other things our models cannot read are left out. */
export async function itemsOf(
	{ references, prompt }: Pick<vscode.ChatRequest, 'references' | 'prompt'>,
	sources: ContextSources,
	signal: AbortSignal,
): Promise<readonly ContextItem[]> {
	const attached = await Promise.all(
		[...references].reverse().map(async ({ value }) => {
			if (value instanceof vscode.Uri) return [await itemForUri(value)];
			if (value instanceof vscode.Location) return [fileItem('selection', value.uri, value.range)];
			return [];
		}),
	);
	const { items } = await mentionedItems(prompt, sources.all, signal);
	return [...attached.flat(), ...items];
}
