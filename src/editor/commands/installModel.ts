import * as vscode from 'vscode';
import {
	inspectRepository,
	memoryNeed,
	repositoryPattern,
	type CatalogueEntry,
	type Installation,
	type InspectedRepository,
	type RepositoryVariant,
} from '../../models';
import { sizeWords } from '../byteWords';
import { showDownloadError } from '../downloadErrors';
import { type Download } from '../downloads';
import { catalogueOf, memoryBytes, rolesOf, type ModelLibrary } from '../modelLibrary';
import { pickModel } from '../modelPick';
import { withProgress } from '../withProgress';
import { offerUse } from './useModel';

/** "Install Model...": from the catalogue, or any repository by its id, which is inspected before anything is downloaded. */
export function registerInstallModel(library: ModelLibrary): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.model.install', async (id?: unknown) => {
		const { models } = await catalogueOf(library);
		const repository = typeof id === 'string' && repositoryPattern.test(id) ? id : await pickModel(models, library);
		if (repository !== undefined)
			await install(
				repository,
				models.find(entry => entry.repository === repository),
				library,
			);
	});
}

/** Goes on with a download that was paused. */
export const resumeDownload =
	(library: ModelLibrary) =>
	({ name, installation }: Download): Promise<void> =>
		download(name, installation, library);

async function install(repository: string, entry: CatalogueEntry | undefined, library: ModelLibrary): Promise<void> {
	try {
		const hub = await library.host.hub();
		const inspected = await withProgress(vscode.l10n.t('Looking at {repository}...', { repository }), signal =>
			inspectRepository(hub, repository, entry?.revision ?? 'main', signal),
		);
		const variant = inspected && (await chooseVariant(inspected, entry, library));
		if (!variant) return;
		const roles = rolesOf(entry, inspected);
		const licence = inspected.licence ?? entry?.licence;
		const name = entry?.name ?? repository;
		await download(name, { hub, repository: inspected, variant, roles, tasks: entry?.tasks ?? [], licence }, library);
	} catch (error) {
		await showDownloadError(error, library.log, () => install(repository, entry, library));
	}
}

interface Choice {
	readonly variant: RepositoryVariant;
	/** Undefined where nothing tells. */
	readonly needBytes: number | undefined;
}

/** The catalogue's first variant that fits; for other repositories, or where none fits, the user decides. */
async function chooseVariant(
	inspected: InspectedRepository,
	entry: CatalogueEntry | undefined,
	{ settings }: ModelLibrary,
): Promise<RepositoryVariant | undefined> {
	const choices = inspected.variants.map(variant => ({ variant, needBytes: needOf(inspected, entry, variant) }));
	const order = entry?.variants.map(({ variant }) => variant) ?? [];
	const preferred = settings.device === 'webgpu' ? ['q4f16', 'fp16', ...order] : order;
	const fits = ({ needBytes }: Choice): boolean => needBytes !== undefined && needBytes <= memoryBytes() / 2;
	for (const name of preferred) {
		const choice = choices.find(({ variant }) => variant.variant === name);
		if (choice && fits(choice)) return choice.variant;
	}
	const [only] = choices;
	if (choices.length === 1 && only && fits(only)) return only.variant;
	return pickVariant(choices, entry?.name ?? inspected.repository);
}

async function pickVariant(choices: readonly Choice[], name: string): Promise<RepositoryVariant | undefined> {
	const { t } = vscode.l10n;
	const memory = memoryBytes();
	const items = choices.map(({ variant, needBytes }) => ({
		label: variant.variant,
		description: sizeWords(variant.bytes),
		detail:
			needBytes === undefined
				? t('How much memory it needs is not known.')
				: t('Needs about {need} of memory; this machine has {memory}.', {
						need: sizeWords(needBytes),
						memory: sizeWords(memory),
					}),
		variant,
	}));
	const chosen = await vscode.window.showQuickPick(items, { placeHolder: t('Which variant of {name}?', { name }) });
	return chosen?.variant;
}

function needOf(
	{ config }: InspectedRepository,
	entry: CatalogueEntry | undefined,
	variant: RepositoryVariant,
): number | undefined {
	const megabytes = variant.bytes / 1e6;
	if (entry) return memoryNeed(entry, { variant: variant.variant, megabytes });
	if (!('layers' in config)) return undefined;
	return memoryNeed(
		{ ...config, contextTokens: config.contextTokens ?? 4096 },
		{ variant: variant.variant, megabytes },
	);
}

async function download(name: string, installation: Installation, library: ModelLibrary): Promise<void> {
	const { downloads, settings, log } = library;
	try {
		const model = await downloads.run(name, installation);
		if (model) await offerUse(model, model.manifest.roles, settings, name);
		else await offerResume(name, installation, library);
	} catch (error) {
		await showDownloadError(error, log, () => download(name, installation, library));
	}
}

/** After a pause. A download that was discarded, or that runs already, asks nothing. */
async function offerResume(name: string, installation: Installation, library: ModelLibrary): Promise<void> {
	const paused = library.downloads.all.find(one => one.installation === installation && !one.pause);
	if (!paused) return;
	const { t } = vscode.l10n;
	const resume = t('Resume');
	const discard = t('Discard');
	const chosen = await vscode.window.showInformationMessage(
		t('The download of {name} is paused.', { name }),
		resume,
		discard,
	);
	if (chosen === resume) await download(name, installation, library);
	if (chosen === discard) await library.downloads.discard(paused);
}
