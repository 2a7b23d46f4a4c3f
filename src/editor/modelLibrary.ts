import { totalmem } from 'node:os';
import { type Log } from '../base';
import { type ModelRole } from '../generation';
import {
	readCatalogue,
	withOwnEntries,
	type Catalogue,
	type CatalogueEntry,
	type InspectedRepository,
	type ModelStore,
} from '../models';
import { type Downloads } from './downloads';
import { type ModelHost } from './modelHost';
import { type Settings } from './settings';

/** Everything that the commands about models work with. */
export interface ModelLibrary {
	readonly store: ModelStore;
	readonly host: ModelHost;
	readonly downloads: Downloads;
	readonly settings: Settings;
	/** Absolute path of the catalogue that ships. */
	readonly catalogueFile: string;
	/** The key that bundles are signed with, as PEM; made at its first use. */
	readonly signingKey: () => Promise<string>;
	readonly log: Log;
}

/** Of this machine, in bytes. */
export const memoryBytes = (): number => totalmem();

/** The catalogue with the user's own entries. Wrong ones are logged. */
export async function catalogueOf({ catalogueFile, settings, log }: ModelLibrary): Promise<Catalogue> {
	const { catalogue, problems } = withOwnEntries(await readCatalogue(catalogueFile), settings.ownCatalogue);
	for (const problem of problems) log.warn(`inkling.models.catalogue: ${problem}. The entry is left out.`);
	return catalogue;
}

/** What a model is for: as the catalogue says, else as its files look. */
export function rolesOf(
	entry: CatalogueEntry | undefined,
	{ config, chat }: InspectedRepository,
): readonly ModelRole[] {
	if (entry) return (['fill', 'task', 'chat'] as const).filter(role => entry.roles[role] !== undefined);
	if (config.family === 'encoder-decoder' || config.family === 'recurrent') return [config.fillsGaps ? 'fill' : 'task'];
	return chat ? ['task', 'chat'] : ['fill'];
}
