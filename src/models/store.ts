import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Log } from '../base';
import { GenerationError, type ModelRole } from '../generation';
import { DownloadError, diskErrorFrom } from './download/downloadError';
import { type Hub } from './download/hub';
import { type InspectedRepository, type RepositoryVariant } from './download/repositoryInspection';
import { transferFiles, type Transfer, type TransferProgress, type VerifiedFile } from './download/transfer';
import { claim, type Ownership } from './download/transferOwner';
import { inspectModelFolder } from './inspect';
import { filesBelow, findDamage, readManifest, writeManifest, type Manifest } from './manifest';

/** A downloaded or imported model. */
export interface StoredModel {
	/** Absolute; what the model settings hold. */
	readonly folder: string;
	readonly manifest: Manifest;
	/** On disk. */
	readonly bytes: number;
}

/** What to install. */
export interface Installation {
	readonly hub: Hub;
	readonly repository: InspectedRepository;
	readonly variant: RepositoryVariant;
	readonly roles: readonly ModelRole[];
	readonly tasks: Manifest['tasks'];
	readonly licence: string | undefined;
}

interface Parts extends Pick<Transfer, 'delay' | 'now'> {
	/** Absolute path of the folder that holds the models; made when it is needed. */
	readonly root: string;
	readonly log: Log;
}

/** Dot first, so that it is never taken for an owner of models. */
const transfersName = '.transfers';
const lookAgainMs = 500;
const mostRenames = 6;

/** The models of this user, shared by all windows: `<owner>/<name>-<variant>`, each with a manifest that pins its bytes. A folder
 * is there only when everything in it is verified. */
export class ModelStore {
	constructor(private readonly parts: Parts) {}

	get root(): string {
		return this.parts.root;
	}

	/** Where a variant of a repository is or will be. */
	folderOf(repository: string, variant: string): string {
		const [owner = '', name = ''] = repository.split('/');
		return join(this.parts.root, owner, `${name}-${variant}`);
	}

	/** All models, by name. Folders without a sound manifest are passed over. */
	async list(): Promise<readonly StoredModel[]> {
		const owners = await subfolders(this.parts.root);
		const folders = await Promise.all(
			owners.map(async owner => (await subfolders(join(this.parts.root, owner))).map(name => join(owner, name))),
		);
		const found = await Promise.all(folders.flat().map(path => this.read(join(this.parts.root, path))));
		return found.filter(model => model !== undefined);
	}

	/** The bytes that an unfinished download keeps; 0 when there is none. */
	async keptBytes({ repository, variant }: Pick<Manifest, 'repository' | 'variant'>): Promise<number> {
		return bytesBelow(this.staging(repository, variant));
	}

	/** What unfinished downloads keep on disk, in bytes. */
	async unfinishedBytes(): Promise<number> {
		return bytesBelow(join(this.parts.root, transfersName));
	}

	/** Deletes unfinished downloads, but not those that a window is working on. */
	async discardUnfinished(): Promise<void> {
		const transfers = join(this.parts.root, transfersName);
		const names = await readdir(transfers).catch(() => []);
		for (const name of names.filter(each => !each.endsWith('.owners'))) {
			const owner = await claim(join(transfers, `${name}.owners`));
			if ('busy' in owner) continue;
			await rm(join(transfers, name), { recursive: true, force: true });
			await owner.release();
		}
	}

	/** Forgets an unfinished download. */
	async discard({ repository, variant }: Pick<Manifest, 'repository' | 'variant'>): Promise<void> {
		await rm(this.staging(repository, variant), { recursive: true, force: true });
	}

	/**
	 * Downloads, verifies and inspects a model; goes on where an earlier call was aborted. While another window does the same, its
	 * progress is told here, and its model is the result.
	 * @throws DownloadError, or GenerationError when what came cannot be loaded
	 */
	async install(
		installation: Installation,
		onProgress: (progress: TransferProgress) => void,
		signal: AbortSignal,
	): Promise<StoredModel> {
		const { repository } = installation.repository;
		const { variant } = installation.variant;
		const folder = this.folderOf(repository, variant);
		for (;;) {
			signal.throwIfAborted();
			const installed = await this.read(folder);
			if (installed) return installed;
			const owner = await claim(`${this.staging(repository, variant)}.owners`);
			if (!('busy' in owner)) return this.installAlone(installation, folder, { owner, onProgress, signal });
			if (owner.busy) onProgress(owner.busy);
			await this.parts.delay(lookAgainMs, signal);
		}
	}

	/** The damaged files of a model. Reads all of it. */
	async verify({ folder, manifest }: StoredModel, signal?: AbortSignal): Promise<readonly string[]> {
		return findDamage(folder, manifest, signal);
	}

	/** Deletes a model. Resolves to the bytes that are free again. */
	async remove({ folder }: Pick<StoredModel, 'folder'>): Promise<number> {
		const bytes = await bytesBelow(folder);
		await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
		return bytes;
	}

	/** Puts a verified folder of the same disk in place, with a manifest. @throws GenerationError, DownloadError */
	async adopt(staging: string, manifest: Manifest): Promise<StoredModel> {
		const folder = this.folderOf(manifest.repository, manifest.variant);
		await writeManifest(staging, manifest);
		await inspectModelFolder(staging);
		await mkdir(join(folder, '..'), { recursive: true });
		await this.rename(staging, folder);
		this.parts.log.info(`Installed ${manifest.repository} (${manifest.variant}) at ${manifest.commit.slice(0, 12)}.`);
		return (await this.read(folder))!;
	}

	/** An empty folder on the store's disk. */
	async newStaging(name: string): Promise<string> {
		const folder = join(this.parts.root, transfersName, name);
		await rm(folder, { recursive: true, force: true });
		await mkdir(folder, { recursive: true });
		return folder;
	}

	private staging(repository: string, variant: string): string {
		return join(this.parts.root, transfersName, `${repository.replace('/', '--')}-${variant}`);
	}

	private async installAlone(
		installation: Installation,
		folder: string,
		{
			owner,
			onProgress,
			signal,
		}: { owner: Ownership; onProgress: (progress: TransferProgress) => void; signal: AbortSignal },
	): Promise<StoredModel> {
		try {
			const installed = await this.read(folder);
			if (installed) return installed;
			const { repository, variant, hub } = installation;
			const staging = this.staging(repository.repository, variant.variant);
			const files = await transferFiles(
				{
					...{ hub, repository: repository.repository, commit: repository.commit, files: variant.files },
					...{ folder: staging, delay: this.parts.delay, now: this.parts.now },
					onProgress: progress => {
						owner.report(progress);
						onProgress(progress);
					},
				},
				AbortSignal.any([signal, owner.lost]),
			);
			return await this.finish(installation, staging, files);
		} catch (error) {
			signal.throwIfAborted();
			if (owner.lost.aborted)
				throw new DownloadError('offline', 'Another window goes on with this download.', { cause: error });
			throw error;
		} finally {
			await owner.release();
		}
	}

	private async finish(
		{ hub, repository, variant, roles, tasks, licence }: Installation,
		staging: string,
		files: readonly VerifiedFile[],
	): Promise<StoredModel> {
		const names = new Set(files.map(({ path }) => path));
		for (const path of await filesBelow(staging)) if (!names.has(path)) await rm(join(staging, path), { force: true });
		try {
			return await this.adopt(staging, {
				format: 1,
				...{ repository: repository.repository, commit: repository.commit, variant: variant.variant },
				source: new URL(hub.endpoint).host,
				...(licence !== undefined && { licence }),
				installedAt: new Date().toISOString(),
				roles: [...roles],
				tasks,
				files: [...files],
			});
		} catch (error) {
			// What cannot be loaded would fail the same way each time: the next call starts anew.
			if (error instanceof GenerationError) await rm(staging, { recursive: true, force: true });
			throw diskErrorFrom(error, staging);
		}
	}

	/** On Windows a virus scanner may still be reading what has just been written. */
	private async rename(from: string, to: string): Promise<void> {
		for (let tries = 0; ; tries++)
			try {
				await rename(from, to);
				return;
			} catch (error) {
				const code = error instanceof Error && 'code' in error ? String(error.code) : '';
				if (tries === mostRenames || !['EPERM', 'EBUSY', 'EACCES'].includes(code)) throw error;
				await this.parts.delay(lookAgainMs, new AbortController().signal);
			}
	}

	private async read(folder: string): Promise<StoredModel | undefined> {
		const manifest = await readManifest(folder).catch(() => undefined);
		if (!manifest) return undefined;
		return { folder, manifest, bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) };
	}
}

async function subfolders(folder: string): Promise<readonly string[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	return entries
		.filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
		.map(({ name }) => name)
		.sort();
}

async function bytesBelow(folder: string): Promise<number> {
	const files = await filesBelow(folder).catch(() => []);
	const sizes = await Promise.all(
		files.map(async path => (await stat(join(folder, path)).catch(() => undefined))?.size),
	);
	return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}
