import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The settings' defaults that the command line shares with the editor. */
export interface ManifestDefaults {
	readonly completionModel: string;
	readonly tasksModel: string;
	readonly cacheMegabytes: number;
	readonly timeLimitMs: number;
	readonly minimumConfidence: number;
}

/** Reads package.json, the one place where defaults are written, so that a script gets what a fresh editor gets. */
export async function readManifestDefaults(root: string): Promise<ManifestDefaults> {
	const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
	const pages = read(read(manifest, 'contributes'), 'configuration');
	const value = (name: string): unknown => {
		const all: readonly unknown[] = Array.isArray(pages) ? pages : [pages];
		return all.map(page => read(read(read(page, 'properties'), name), 'default')).find(found => found !== undefined);
	};
	return {
		completionModel: text(value, 'inkling.model.completion'),
		tasksModel: text(value, 'inkling.model.tasks'),
		cacheMegabytes: number(value, 'inkling.model.cacheMegabytes'),
		timeLimitMs: number(value, 'inkling.completion.timeLimitMs'),
		minimumConfidence: number(value, 'inkling.completion.minimumConfidence'),
	};
}

function read(value: unknown, key: string): unknown {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function text(value: (name: string) => unknown, name: string): string {
	const found = value(name);
	if (typeof found !== 'string') throw new Error(`package.json has no text default for ${name}.`);
	return found;
}

function number(value: (name: string) => unknown, name: string): number {
	const found = value(name);
	if (typeof found !== 'number') throw new Error(`package.json has no number default for ${name}.`);
	return found;
}
