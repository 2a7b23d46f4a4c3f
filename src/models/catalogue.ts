import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { type ModelRole } from '../generation';
import { entrySchema, type CatalogueEntry, type CatalogueVariant } from './catalogueEntry';
import { memoryNeed } from './memoryNeed';

/** Models that can be downloaded. */
export interface Catalogue {
	readonly models: readonly CatalogueEntry[];
}

/** A model, the variant of it that suits a machine, and what that takes. */
export interface Recommendation {
	readonly entry: CatalogueEntry;
	readonly variant: CatalogueVariant;
	/** Estimated, see memoryNeed.ts. */
	readonly needBytes: number;
}

/** Other programs and the editor keep the rest. */
const shareOfMemory = 0.5;

/** Reads the catalogue that ships. @throws Error when the file is damaged, which only a broken installation can be */
export async function readCatalogue(file: string): Promise<Catalogue> {
	const schema = v.object({ models: v.array(entrySchema) });
	return v.parse(schema, JSON.parse(await readFile(file, 'utf8')));
}

/** Adds a user's own entries, which replace those of the same repository. Entries that are wrong are left out and named. */
export function withOwnEntries(
	catalogue: Catalogue,
	own: readonly unknown[],
): { readonly catalogue: Catalogue; readonly problems: readonly string[] } {
	const problems: string[] = [];
	const added = own.flatMap((value, index) => {
		const { success, output, issues } = v.safeParse(entrySchema, value);
		if (!success) problems.push(`entry ${index + 1}, ${v.getDotPath(issues[0]) ?? 'as a whole'}: ${issues[0].message}`);
		return success ? [output] : [];
	});
	const kept = catalogue.models.filter(({ repository }) => !added.some(entry => entry.repository === repository));
	return { catalogue: { models: [...added, ...kept] }, problems };
}

/** The models for a role that fit into half of a machine's memory, the best first; of equals the one that needs less. Each
 * comes with its first variant that fits. */
export function recommend(catalogue: Catalogue, memoryBytes: number, role: ModelRole): readonly Recommendation[] {
	const fitting = catalogue.models.flatMap(entry => {
		if (entry.roles[role] === undefined) return [];
		const fit = fittingVariant(entry, memoryBytes);
		return fit ? [fit] : [];
	});
	const gradeOf = ({ entry }: Recommendation): number => entry.roles[role] ?? 0;
	return fitting.sort((one, other) => gradeOf(other) - gradeOf(one) || one.needBytes - other.needBytes);
}

/** The first variant that leaves a machine half of its memory; undefined when none does. */
export function fittingVariant(entry: CatalogueEntry, memoryBytes: number): Recommendation | undefined {
	return entry.variants
		.map(variant => ({ entry, variant, needBytes: memoryNeed(entry, variant) }))
		.find(({ needBytes }) => needBytes <= memoryBytes * shareOfMemory);
}
