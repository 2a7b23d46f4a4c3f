import { lstat, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import * as v from 'valibot';
import { GenerationError } from '../generation';
import { repositoryPattern } from './catalogueEntry';
import { sha256Of } from './download/contentHash';
import { whyRefused } from './download/fileNames';

/** Says what an installed model is and pins every byte of it. */
export const manifestName = 'inkling-manifest.json';
/** When all bytes were last compared with the manifest, and what the file system said about the files then. */
const stampName = 'inkling-verified.json';

const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const fileSchema = v.object({
	path: v.pipe(
		v.string(),
		v.check(path => whyRefused(path) === undefined, 'is no safe file name'),
	),
	bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
	sha256: hex(64),
});

export const manifestSchema = v.object({
	format: v.literal(1),
	repository: v.pipe(v.string(), v.regex(repositoryPattern)),
	commit: hex(40),
	variant: v.pipe(v.string(), v.regex(/^[a-z0-9]{1,16}$/)),
	/** Host it came from. */
	source: v.string(),
	licence: v.optional(v.string()),
	/** ISO 8601. */
	installedAt: v.string(),
	roles: v.array(v.picklist(['fill', 'task', 'chat'])),
	tasks: v.optional(v.array(v.object({ task: v.string(), to: v.optional(v.string()) })), []),
	files: v.pipe(v.array(fileSchema), v.minLength(1)),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;

/** The manifest of a folder; undefined where there is none, as in a folder of the user's own.
 * @throws GenerationError badModel when it is damaged */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
	const file = join(folder, manifestName);
	const text = await readFile(file, 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), text);
	if (success) return output;
	throw new GenerationError('badModel', `${file} is damaged. Delete the model and download it again.`);
}

/** Writes a manifest so that it is whole or not there. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
	await writeWhole(join(folder, manifestName), JSON.stringify(manifest, null, '\t'));
}

/** The files that are not what the manifest says: missing, of another size or with other bytes. Reads everything. */
export async function findDamage(folder: string, manifest: Manifest, signal?: AbortSignal): Promise<readonly string[]> {
	const damaged: string[] = [];
	for (const { path, bytes, sha256 } of manifest.files) {
		const file = join(folder, ...path.split('/'));
		const found = await lstat(file).catch(() => undefined);
		const right = found?.isFile() && found.size === bytes && (await sha256Of(file, signal)) === sha256;
		if (!right) damaged.push(path);
	}
	if (damaged.length === 0) await stamp(folder, manifest);
	return damaged;
}

/** How long a full comparison is believed while the file system shows no change. */
const believedMs = 24 * 60 * 60 * 1000;

/**
 * Makes sure that a downloaded model still has the bytes that were verified. Compares them all when that was not done within a day
 * or a file's size or time has changed, and otherwise only asks the file system. Folders without a manifest pass.
 * @throws GenerationError badModel that names the file
 */
export async function requireUndamaged(folder: string): Promise<void> {
	const manifest = await readManifest(folder);
	if (!manifest || (await isStillVerified(folder, manifest))) return;
	const [first] = await findDamage(folder, manifest);
	if (first === undefined) return;
	throw new GenerationError(
		'badModel',
		`${join(folder, ...first.split('/'))} has changed since it was downloaded: its sha256 is not the one in ${manifestName}. Delete the model and download it again.`,
	);
}

const stampSchema = v.object({ at: v.number(), files: v.array(v.string()) });

async function isStillVerified(folder: string, manifest: Manifest): Promise<boolean> {
	const text = await readFile(join(folder, stampName), 'utf8').catch(() => '');
	const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), stampSchema), text);
	if (!success || Math.abs(Date.now() - output.at) > believedMs) return false;
	const now = await looks(folder, manifest);
	return now.length === output.files.length && now.every((look, index) => look === output.files[index]);
}

/** A folder that cannot be written to is compared each time. */
async function stamp(folder: string, manifest: Manifest): Promise<void> {
	const content = JSON.stringify({ at: Date.now(), files: await looks(folder, manifest) });
	await writeWhole(join(folder, stampName), content).catch(() => undefined);
}

/** Size, time and identity of every file, as one text each. */
async function looks(folder: string, manifest: Manifest): Promise<readonly string[]> {
	return Promise.all(
		manifest.files.map(async ({ path, sha256 }) => {
			const found = await stat(join(folder, ...path.split('/')), { bigint: true }).catch(() => undefined);
			return [path, sha256, found?.size, found?.mtimeNs, found?.ctimeNs, found?.ino].join(' ');
		}),
	);
}

/** Writes under a temporary name, reaches the disk, then renames. */
export async function writeWhole(file: string, content: string): Promise<void> {
	const temporary = `${file}.tmp`;
	await writeFile(temporary, content);
	const handle = await open(temporary, 'r+');
	await handle.sync();
	await handle.close();
	await rename(temporary, file);
}

/** Paths of all files below a folder, with '/'. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter(entry => !entry.isDirectory())
		.map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
