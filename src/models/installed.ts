import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type ModelStore } from './store';

/** A model that is on this machine, as far as its config.json or manifest tells without loading it. */
export interface InstalledModel {
	/** Value of the model settings: a built-in model's name, or the absolute folder of a downloaded one. */
	readonly id: string;
	readonly folder: string;
	readonly roles: readonly string[];
	/** Tasks it was trained for: 'translate' to 'zh'. */
	readonly tasks: readonly { readonly task: string; readonly to?: string | undefined }[];
}

const schema = v.object({
	inkling: v.object({
		roles: v.optional(v.array(v.string()), []),
		tasks: v.optional(v.array(v.object({ task: v.string(), to: v.optional(v.string()) })), []),
	}),
});

/** The built-in models under `modelsRoot`, by name, then the downloaded ones. Folders that are no model, such as the recipe, are
 * passed over. */
export async function installedModels(modelsRoot: string, store?: ModelStore): Promise<readonly InstalledModel[]> {
	const names = await readdir(modelsRoot).catch(() => []);
	const found = await Promise.all(names.sort().map(name => read(name, join(modelsRoot, name))));
	const stored = (await store?.list()) ?? [];
	return [
		...found.filter(model => model !== undefined),
		...stored.map(({ folder, manifest: { roles, tasks } }) => ({ id: folder, folder, roles, tasks })),
	];
}

async function read(id: string, folder: string): Promise<InstalledModel | undefined> {
	const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
	return success ? { id, folder, roles: output.inkling.roles, tasks: output.inkling.tasks } : undefined;
}
