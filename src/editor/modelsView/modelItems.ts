import * as vscode from 'vscode';
import { assertNever } from '../../base';
import { type EngineState } from '../../backends';
import { type ModelRole } from '../../generation';
import { type CatalogueEntry, type StoredModel } from '../../models';
import { sizeWords } from '../byteWords';
import { deviceTitle } from '../deviceWords';
import { describeError } from '../userErrors';

/** A model that is on this machine. */
export interface InstalledItem {
	readonly kind: 'installed';
	readonly name: string;
	readonly folder: string;
	readonly bytes: number;
	readonly roles: readonly string[];
	/** What the settings use it for. */
	readonly usedFor: readonly ModelRole[];
	/** Absent for a built-in model, which can be neither verified nor deleted. */
	readonly stored: StoredModel | undefined;
	/** Undefined where it was not used since the start. */
	readonly state: EngineState | undefined;
}

/** A line of the Models view. */
export type ModelItem =
	| { readonly kind: 'group'; readonly group: 'installed' | 'catalogue' }
	| InstalledItem
	| { readonly kind: 'offered'; readonly entry: CatalogueEntry; readonly fits: boolean };

/** A line as VS Code draws it: the name, then size, roles and state; screen readers hear the same. */
export function treeItemOf(item: ModelItem): vscode.TreeItem {
	switch (item.kind) {
		case 'group':
			return groupItem(item.group);
		case 'installed':
			return installedItem(item);
		case 'offered':
			return offeredItem(item.entry, item.fits);
		default:
			return assertNever(item);
	}
}

function groupItem(group: 'installed' | 'catalogue'): vscode.TreeItem {
	const { t } = vscode.l10n;
	const isOpen = group === 'installed';
	const state = isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
	return lineOf({
		label: isOpen ? t('On this machine') : t('Can be installed'),
		collapsibleState: state,
		contextValue: 'group',
	});
}

function installedItem({ name, bytes, usedFor, stored, state, folder }: InstalledItem): vscode.TreeItem {
	const isLoaded = state?.kind === 'ready' || state?.kind === 'generating';
	const parts = [sizeWords(bytes), usedFor.map(roleWords).join(', '), stateWords(state)];
	const description = parts.filter(part => part !== '').join(' · ');
	return lineOf({
		id: folder,
		label: name,
		description,
		tooltip: `${name}\n${description}${stored?.manifest.licence === undefined ? '' : `\n${stored.manifest.licence}`}`,
		accessibilityInformation: { label: `${name}, ${description}` },
		iconPath: new vscode.ThemeIcon(
			isLoaded ? 'circle-filled' : state?.kind === 'failed' ? 'warning' : 'circle-outline',
		),
		contextValue: `${stored ? 'stored' : 'builtIn'}.${isLoaded ? 'loaded' : 'unloaded'}`,
	});
}

function offeredItem(entry: CatalogueEntry, fits: boolean): vscode.TreeItem {
	const { t } = vscode.l10n;
	const { variants, licence, name, repository, goodFor } = entry;
	const size = t('about {size}', { size: sizeWords(variants[0]!.megabytes * 1e6) });
	const description = [size, licence, fits ? '' : t('too large for this machine')]
		.filter(part => part !== '')
		.join(' · ');
	return lineOf({
		id: repository,
		label: name,
		description,
		tooltip: goodFor[vscode.env.language.toLowerCase()] ?? goodFor.en,
		iconPath: new vscode.ThemeIcon('cloud-download'),
		contextValue: 'offered',
	});
}

/** What a line shows. */
type LineFacts = { readonly label: string; readonly contextValue: string } & Readonly<
	Partial<
		Pick<
			vscode.TreeItem,
			'id' | 'description' | 'tooltip' | 'accessibilityInformation' | 'iconPath' | 'collapsibleState'
		>
	>
>;

const lineOf = (facts: LineFacts): vscode.TreeItem => Object.assign(new vscode.TreeItem(facts.label), facts);

/** What a model is used for, in a word. */
export function roleWords(role: ModelRole): string {
	const { t } = vscode.l10n;
	switch (role) {
		case 'fill':
			return t('completions');
		case 'task':
			return t('commands on text');
		case 'chat':
			return t('chat');
		default:
			return assertNever(role);
	}
}

/** What an engine does, in a few words; answering is not told apart from being ready to. */
export function stateWords(state: EngineState | undefined): string {
	const { t } = vscode.l10n;
	switch (state?.kind) {
		case undefined:
		case 'stopped':
			return t('not loaded');
		case 'starting':
		case 'loading':
			return t('loading...');
		case 'ready':
		case 'generating':
			return state.model.device === 'remote' ? '' : t('loaded: {device}', { device: deviceTitle(state.model.device) });
		case 'failed':
			return describeError(state.error).text;
		default:
			return assertNever(state);
	}
}
