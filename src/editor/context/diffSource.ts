import { basename } from 'node:path';
import * as vscode from 'vscode';
import { contextText, filterDiff, type ContextItem, type ContextSource } from '../../chat';
import { secretKind } from '../../prompts';
import { type WorkspaceListing } from '../workspaceListing';

/** The part of the built-in git extension's API, version 1, that is used here. */
interface GitExtension {
	readonly enabled: boolean;
	getAPI(version: 1): { readonly repositories: readonly Repository[] };
}
interface Repository {
	readonly rootUri: vscode.Uri;
	readonly state: { readonly workingTreeChanges: readonly unknown[]; readonly indexChanges: readonly unknown[] };
	/** @param cached whether the changes that are staged are meant */
	diff(cached?: boolean): Promise<string>;
}

const sides = ['unstaged', 'staged'] as const;

/** Changes that are not committed yet. Those of secret and ignored files are taken out. */
export function diffSource(listing: WorkspaceListing, mustStay: (uri: vscode.Uri) => boolean): ContextSource {
	return {
		kind: 'diff',
		async search(query) {
			const items = (await repositories()).flatMap(itemsOf);
			return items.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()));
		},
		async read(item) {
			for (const repository of await repositories()) {
				const side = sides.find(one => idOf(repository, one) === item.id);
				if (!side) continue;
				const { ignored } = await listing.read();
				const isRefused = (path: string): boolean => {
					const uri = vscode.Uri.joinPath(repository.rootUri, path);
					return secretKind(path) !== undefined || ignored.ignores(uri.path) || mustStay(uri);
				};
				const { text, leftOut } = filterDiff(await repository.diff(side === 'staged'), isRefused);
				if (text === '' && leftOut.length > 0) return { item, refused: 'secret' };
				return contextText(item, text, leftOut.length > 0);
			}
			return { item, refused: 'missing' };
		},
	};
}

async function repositories(): Promise<readonly Repository[]> {
	const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
	const git = extension && (extension.isActive ? extension.exports : await extension.activate());
	return git?.enabled ? git.getAPI(1).repositories : [];
}

function itemsOf(repository: Repository): readonly ContextItem[] {
	const { state, rootUri } = repository;
	const { t } = vscode.l10n;
	const item = (side: (typeof sides)[number], label: string): ContextItem => ({
		kind: 'diff',
		id: idOf(repository, side),
		label,
		detail: basename(rootUri.path),
	});
	return [
		...(state.workingTreeChanges.length > 0 ? [item('unstaged', t('Unstaged Changes'))] : []),
		...(state.indexChanges.length > 0 ? [item('staged', t('Staged Changes'))] : []),
	];
}

const idOf = ({ rootUri }: Repository, side: (typeof sides)[number]): string => `diff:${side}:${rootUri.toString()}`;
