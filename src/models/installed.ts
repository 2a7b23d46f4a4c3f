import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/** A model that came with the extension, as far as its config.json tells without loading it. */
export interface InstalledModel {
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

/** The built-in models under `modelsRoot`, by name. Folders that are no model, such as the recipe, are passed over. */
export async function installedModels(modelsRoot: string): Promise<readonly InstalledModel[]> {
	const names = await readdir(modelsRoot).catch(() => []);
	const found = await Promise.all(names.sort().map(name => read(name, join(modelsRoot, name))));
	return found.filter(model => model !== undefined);
}

async function read(id: string, folder: string): Promise<InstalledModel | undefined> {
	const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
	return success ? { id, folder, roles: output.inkling.roles, tasks: output.inkling.tasks } : undefined;
}
