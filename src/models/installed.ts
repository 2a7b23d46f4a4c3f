import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { isPack } from './pack/packManifest';
import { type ModelStore } from './store';

/** A model that is on this machine, as far as its config.json or manifest tells without loading it. */
export interface InstalledModel {
	/** Value of the model settings: the name of a built-in model or of the pack's, or the absolute folder of a downloaded one. */
	readonly id: string;
	readonly folder: string;
	readonly origin: 'builtIn' | 'pack' | 'stored';
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

/** The built-in models under `modelsRoot`, by name, then the pack's, then the downloaded ones. Folders that are no model, such as the
 * recipe, are passed over, and so is a pack: whether one may be used is known to who names it.
 * @param pack absolute path of the folder of a pack that may be used */
export async function installedModels(
	modelsRoot: string,
	{ store, pack }: { readonly store?: ModelStore; readonly pack?: string | undefined } = {},
): Promise<readonly InstalledModel[]> {
	const names = await readdir(modelsRoot).catch(() => []);
	const found = await Promise.all(names.sort().map(name => readBuiltIn(join(modelsRoot, name))));
	const fromPack = pack === undefined ? undefined : await read(pack, 'pack');
	const stored = (await store?.list()) ?? [];
	return [
		...[...found, fromPack].filter(model => model !== undefined),
		...stored.map(({ folder, manifest: { roles, tasks } }) => ({
			...{ id: folder, folder, roles, tasks },
			origin: 'stored' as const,
		})),
	];
}

const readBuiltIn = async (folder: string): Promise<InstalledModel | undefined> =>
	(await isPack(folder)) ? undefined : read(folder, 'builtIn');

async function read(folder: string, origin: 'builtIn' | 'pack'): Promise<InstalledModel | undefined> {
	const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
	const { roles, tasks } = success ? output.inkling : { roles: origin === 'pack' ? packRoles : [], tasks: [] };
	return success || origin === 'pack' ? { id: basename(folder), folder, origin, roles, tasks } : undefined;
}

/** Of a pack whose config.json does not say. */
const packRoles: readonly string[] = ['fill', 'task', 'chat'];
