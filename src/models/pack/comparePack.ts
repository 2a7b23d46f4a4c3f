import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GenerationError } from '../../generation';
import { sha256Of } from '../download/contentHash';
import { claim } from '../download/transferOwner';
import { isPack, packManifestName, readPackManifest, type PackManifest } from './packManifest';
import { PackProof, type PackDamage } from './packProof';

/** What is known about the bytes of a pack. */
export interface PackComparison {
	/** Undefined where every file is what the manifest says. */
	readonly damage?: PackDamage | undefined;
	/** Whether the bytes were read for it; otherwise an earlier comparison of the same files still holds, or it ended before them. */
	readonly read: boolean;
}

interface How {
	/** Absolute path of a folder of ours where the outcome is kept; without one everything is compared each time. */
	readonly proofsFolder: string | undefined;
	readonly signal?: AbortSignal;
}

const lookAgainMs = 100;

/**
 * What is known about a pack without reading its weights: damage that names and sizes show, or what an earlier comparison found.
 * Undefined where only a comparison can tell. A few milliseconds.
 */
export async function lookAtPack(folder: string, { proofsFolder }: How): Promise<PackComparison | undefined> {
	const found = await readPackManifest(folder);
	if (!found) return { damage: { file: packManifestName, problem: 'manifest' }, read: false };
	const damage = await visibleDamage(folder, found.manifest);
	if (damage) return { damage, read: false };
	const known = proofsFolder === undefined ? undefined : await new PackProof(proofsFolder, folder, found).read();
	return known && { damage: known.damage, read: false };
}

/**
 * Compares every file of a pack with its manifest, once: the outcome is kept, and counts until a file changes in any way. Of several
 * processes that want it at the same time one reads, and the others wait for what it found. Reads in pieces, and yet keeps its thread
 * busy for a second: not for the extension host.
 */
export async function comparePack(folder: string, how: How): Promise<PackComparison> {
	for (;;) {
		how.signal?.throwIfAborted();
		const known = await lookAtPack(folder, how);
		if (known) return known;
		const found = await readPackManifest(folder);
		if (!found) continue;
		const proof = how.proofsFolder === undefined ? undefined : new PackProof(how.proofsFolder, folder, found);
		// Where nothing can be kept nobody can wait for it either.
		const owner = proof && (await claim(`${proof.file}.owners`).catch(() => undefined));
		if (owner && 'busy' in owner) {
			await delay(lookAgainMs, undefined, how.signal && { signal: how.signal });
			continue;
		}
		try {
			// Another process may have been done in the moment before.
			const done = await lookAtPack(folder, how);
			if (done) return done;
			const before = await proof?.stamp();
			const damage = await firstDamage(folder, found.manifest, how.signal);
			await proof?.write(before, damage);
			return { damage, read: true };
		} finally {
			await owner?.release();
		}
	}
}

/** Refuses a pack that is not whole; any other folder passes. @throws GenerationError badModel that names the file */
export async function requireSoundPack(folder: string, proofsFolder: string | undefined): Promise<void> {
	if (!(await isPack(folder))) return;
	const { damage } = await comparePack(folder, { proofsFolder });
	if (damage)
		throw new GenerationError(
			'badModel',
			`${join(folder, ...damage.file.split('/'))} ${problemInWords[damage.problem]}. Uninstall the model pack and install it again.`,
		);
}

const problemInWords: Readonly<Record<PackDamage['problem'], string>> = {
	manifest: 'is damaged',
	missing: `is missing, which ${packManifestName} names`,
	size: `has another size than ${packManifestName} says`,
	bytes: `has another sha256 than ${packManifestName} says`,
	unreadable: 'cannot be read',
};

async function visibleDamage(folder: string, { files }: PackManifest): Promise<PackDamage | undefined> {
	for (const { path, bytes } of files) {
		const found = await lstat(join(folder, ...path.split('/'))).catch(() => undefined);
		if (!found?.isFile()) return { file: path, problem: 'missing' };
		if (found.size !== bytes) return { file: path, problem: 'size' };
	}
	return undefined;
}

async function firstDamage(
	folder: string,
	{ files }: PackManifest,
	signal: AbortSignal | undefined,
): Promise<PackDamage | undefined> {
	for (const { path, sha256 } of files)
		try {
			if ((await sha256Of(join(folder, ...path.split('/')), signal)) !== sha256)
				return { file: path, problem: 'bytes' };
		} catch {
			signal?.throwIfAborted();
			return { file: path, problem: 'unreadable' };
		}
	return undefined;
}
