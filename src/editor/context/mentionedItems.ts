import * as vscode from 'vscode';
import { findMentions, findPath, type ContextItem, type ContextSource, type Mention } from '../../chat';
import { itemForUri } from './fileSource';

/** What a message names, and what it names that is not there, as it was written. */
export interface MentionedItems {
	readonly items: readonly ContextItem[];
	readonly missing: readonly string[];
}

/** Finds what stands in a message behind # and @. A bare word that is nothing of the workspace is a word. */
export async function mentionedItems(
	text: string,
	sources: readonly ContextSource[],
	signal: AbortSignal,
): Promise<MentionedItems> {
	const mentions = findMentions(text);
	const found = await Promise.all(mentions.map(mention => itemFor(mention, sources, signal)));
	return {
		items: found.filter(item => item !== undefined),
		missing: mentions
			.filter((mention, index) => found[index] === undefined && mention.form !== 'bare')
			.map(({ written }) => written),
	};
}

async function itemFor(
	mention: Mention,
	sources: readonly ContextSource[],
	signal: AbortSignal,
): Promise<ContextItem | undefined> {
	const search = async (kind: ContextItem['kind'], query: string): Promise<readonly ContextItem[]> =>
		(await sources
			.find(source => source.kind === kind)
			?.search(query, signal)
			.catch(() => undefined)) ?? [];
	// Of what a kind offers, the nearest comes first: the active file's problems, the changes that are not staged.
	if (mention.form === 'word') return (await search(mention.kind, ''))[0];
	const { name } = mention;
	if (mention.form === 'named' && mention.kind === 'symbol')
		return (await search('symbol', name)).find(({ label }) => label.toLowerCase() === name.toLowerCase());
	const kinds = mention.form === 'named' ? ([mention.kind] as const) : (['file', 'folder'] as const);
	for (const kind of kinds) {
		const items = await search(kind, name.replace(/^\.?\/+|\/+$/g, ''));
		const index = findPath(
			items.map(({ path, label }) => path ?? label),
			name,
		);
		if (index !== undefined) return items[index];
	}
	return mention.form === 'named' ? onDisk(name) : undefined;
}

/** A file that no list has, because it is ignored or holds secrets, is found all the same: reading it says why it stays out. */
async function onDisk(name: string): Promise<ContextItem | undefined> {
	const path = name.replaceAll('\\', '/');
	if (path.startsWith('/') || path.split('/').includes('..')) return undefined;
	for (const folder of vscode.workspace.workspaceFolders ?? []) {
		const uri = vscode.Uri.joinPath(folder.uri, path);
		const exists = await vscode.workspace.fs.stat(uri).then(
			() => true,
			() => false,
		);
		if (exists) return itemForUri(uri);
	}
	return undefined;
}
