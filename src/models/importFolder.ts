import { createHash } from 'node:crypto';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type ModelRole } from '../generation';
import { sha256Of } from './download/contentHash';
import { DownloadError, diskErrorFrom } from './download/downloadError';
import { whyRefused } from './download/fileNames';
import { inspectModelFolder, type InspectedModel } from './inspect';
import { readGraphOutline } from './onnxFile';
import { type ModelStore, type StoredModel } from './store';
import { modelTextFiles } from './textFiles';

/** Copies the model of a folder into the store, after inspection: the files of one variant, each with its sha256 from then on.
 * @throws GenerationError when it cannot be loaded, DownloadError when it cannot be copied */
export async function importFolder(
	folder: string,
	store: ModelStore,
	roles: readonly ModelRole[],
	signal: AbortSignal,
): Promise<StoredModel> {
	const model = await inspectModelFolder(folder);
	const paths = await filesOf(model);
	const repository = `local/${plainName(folder)}`;
	const staging = await store.newStaging(`folder-${plainName(folder)}-${model.variant}`);
	try {
		const files = [];
		for (const path of paths) {
			signal.throwIfAborted();
			const target = join(staging, ...path.split('/'));
			await mkdir(dirname(target), { recursive: true });
			await copyFile(join(folder, ...path.split('/')), target);
			files.push({ path, bytes: (await stat(target)).size, sha256: await sha256Of(target, signal) });
		}
		const commit = createHash('sha1').update(JSON.stringify(files)).digest('hex');
		await store.remove({ folder: store.folderOf(repository, model.variant) });
		return await store.adopt(staging, {
			format: 1,
			...{ repository, commit, variant: model.variant, source: 'folder', files },
			installedAt: new Date().toISOString(),
			roles: [...roles],
			tasks: [],
		});
	} catch (error) {
		await rm(staging, { recursive: true, force: true });
		signal.throwIfAborted();
		throw diskErrorFrom(error, folder);
	}
}

/** The files that a model needs, relative to its folder. @throws DownloadError for a name that is not copied */
async function filesOf({ folder, graphs }: InspectedModel): Promise<readonly string[]> {
	const paths: string[] = [];
	for (const name of modelTextFiles) if (await stat(join(folder, name)).catch(() => undefined)) paths.push(name);
	for (const graph of Object.values(graphs) as readonly string[]) {
		const weights = readGraphOutline(graph).externals.map(({ location }) => join(dirname(graph), location));
		for (const file of [graph, ...weights]) paths.push(relative(folder, file).split(sep).join('/'));
	}
	for (const path of paths) {
		const reason = whyRefused(path);
		if (reason !== undefined)
			throw new DownloadError('refusedName', `'${path}' is not copied: ${reason}. Use the folder where it is instead.`);
	}
	return [...new Set(paths)];
}

/** The folder's name in the letters that a repository may have. */
const plainName = (folder: string): string =>
	basename(resolve(folder))
		.replace(/[^\w.-]+/g, '-')
		.replace(/^[^A-Za-z0-9]+/, '')
		.slice(0, 80) || 'model';
