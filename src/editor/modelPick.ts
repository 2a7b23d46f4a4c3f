import * as vscode from 'vscode';
import { type ModelRole } from '../generation';
import { fittingVariant, recommend, repositoryPattern, type CatalogueEntry } from '../models';
import { sizeWords } from './byteWords';
import { memoryBytes, type ModelLibrary } from './modelLibrary';

interface Item extends vscode.QuickPickItem {
	readonly repository?: string;
}

/** The list of models that can be installed. Resolves to a repository, from the list or typed in. */
export async function pickModel(
	models: readonly CatalogueEntry[],
	{ store }: Pick<ModelLibrary, 'store'>,
): Promise<string | undefined> {
	const installed = new Set((await store.list()).map(({ manifest }) => manifest.repository));
	const items = itemsFor(models, installed);
	const pick = vscode.window.createQuickPick<Item>();
	pick.title = vscode.l10n.t('Install a model');
	pick.placeholder = vscode.l10n.t('Choose a model, or type the id of any repository (owner/name)');
	pick.matchOnDescription = true;
	pick.matchOnDetail = true;
	pick.items = items;
	pick.onDidChangeValue(value => (pick.items = withTyped(items, value.trim())));
	pick.show();
	try {
		return await new Promise(resolve => {
			pick.onDidAccept(() => resolve(pick.selectedItems[0]?.repository));
			pick.onDidHide(() => resolve(undefined));
		});
	} finally {
		pick.dispose();
	}
}

/** What was typed comes first when it is the id of a repository that is not in the list. */
function withTyped(items: readonly Item[], value: string): readonly Item[] {
	if (!repositoryPattern.test(value) || items.some(({ repository }) => repository === value)) return items;
	const typed = {
		label: `$(search) ${value}`,
		description: vscode.l10n.t('Look at this repository'),
		repository: value,
		alwaysShow: true,
	};
	return [typed, ...items];
}

function itemsFor(models: readonly CatalogueEntry[], installed: ReadonlySet<string>): readonly Item[] {
	const { t } = vscode.l10n;
	const best = (['fill', 'chat', 'task'] as const).flatMap(role =>
		recommend({ models }, memoryBytes(), role).slice(0, 1),
	);
	const recommended = [...new Set(best.map(({ entry }) => entry))];
	const group = (label: string, entries: readonly CatalogueEntry[]): readonly Item[] =>
		entries.length === 0
			? []
			: [{ label, kind: vscode.QuickPickItemKind.Separator }, ...entries.map(entry => itemFor(entry, installed))];
	return [
		...group(t('Recommended for this machine'), recommended),
		...group(t('For chat'), byGrade(models, 'chat')),
		...group(t('For code and text while typing'), byGrade(models, 'fill')),
		...group(
			t('Translation and summary'),
			byGrade(models, 'task').filter(({ roles }) => roles.chat === undefined),
		),
	];
}

const byGrade = (models: readonly CatalogueEntry[], role: ModelRole): readonly CatalogueEntry[] =>
	models
		.filter(({ roles }) => roles[role] !== undefined)
		.sort((one, other) => (other.roles[role] ?? 0) - (one.roles[role] ?? 0));

function itemFor(entry: CatalogueEntry, installed: ReadonlySet<string>): Item {
	const { t } = vscode.l10n;
	const fit = fittingVariant(entry, memoryBytes());
	const megabytes = (fit?.variant ?? entry.variants.at(-1)!).megabytes;
	const size = t('about {size}', { size: sizeWords(megabytes * 1e6) });
	const memory = fit
		? t('needs about {need} of memory', { need: sizeWords(fit.needBytes) })
		: t('too large for this machine');
	const check = installed.has(entry.repository) ? '$(check) ' : '';
	return {
		label: `${check}${entry.name}`,
		description: [size, memory, entry.licence].join(' · '),
		detail: entry.goodFor[vscode.env.language.toLowerCase()] ?? entry.goodFor.en,
		repository: entry.repository,
	};
}
