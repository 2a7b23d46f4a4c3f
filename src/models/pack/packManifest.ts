import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';

/** Says what belongs to a pack, a model folder that comes as an extension of its own: every file with its size and sha256. */
export const packManifestName = 'pack.json';

const largestManifestBytes = 256 * 1024;
const mostFiles = 200;
const largestFileBytes = 4e9;

const fileSchema = v.object({
	/** Relative to the model folder, with '/': plain names that mean the same on every system, in no folder but `onnx`. */
	path: v.pipe(v.string(), v.regex(/^(?:onnx\/)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/), v.regex(/[^.]$/)),
	bytes: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(largestFileBytes)),
	sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

const manifestSchema = v.object({
	format: v.literal(1),
	/** The folder's own name, which the model settings know it by. */
	id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.-]{0,63}$/)),
	files: v.pipe(
		v.array(fileSchema),
		v.minLength(1),
		v.maxLength(mostFiles),
		v.check(files => new Set(files.map(({ path }) => path)).size === files.length, 'names a file twice'),
	),
});

export type PackManifest = v.InferOutput<typeof manifestSchema>;

/** A manifest and the text that it was read from. */
export interface ReadPackManifest {
	readonly manifest: PackManifest;
	readonly text: string;
}

/** The manifest of a pack's folder. Undefined where there is none, or none that can be believed. */
export async function readPackManifest(folder: string): Promise<ReadPackManifest | undefined> {
	const file = join(folder, packManifestName);
	const found = await lstat(file).catch(() => undefined);
	if (!found?.isFile() || found.size > largestManifestBytes) return undefined;
	const text = await readFile(file, 'utf8').catch(() => '');
	const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), text);
	return success && output.id === basename(folder) ? { manifest: output, text } : undefined;
}

/** Whether a folder says that it is a pack, whole or not. */
export async function isPack(folder: string): Promise<boolean> {
	return (await lstat(join(folder, packManifestName)).catch(() => undefined)) !== undefined;
}

/** Absolute paths of the packs in a folder of models, by name. */
export async function packsIn(modelsRoot: string): Promise<readonly string[]> {
	const folders = (await readdir(modelsRoot).catch(() => [])).sort().map(name => join(modelsRoot, name));
	const packs = await Promise.all(folders.map(isPack));
	return folders.filter((_, index) => packs[index]);
}

/** Size of the graphs and their weights, in bytes. */
export function weightBytesOf({ files }: PackManifest): number {
	return files.filter(({ path }) => path.startsWith('onnx/')).reduce((sum, { bytes }) => sum + bytes, 0);
}
