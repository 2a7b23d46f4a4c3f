import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file no model of the recipe was trained on. Line ends are '\n'. */
export interface HeldOutFile {
	/** Files of the same package know each other's names. */
	readonly package: string;
	readonly path: string;
	/** Without the dot. */
	readonly extension: string;
	readonly text: string;
}

/** One held-out set and what sets it apart. */
export interface HeldOutSet {
	/** 'unseen_files': the model knows other files of the package; 'unseen_packages': none; 'sample': the project's own excerpt. */
	readonly name: string;
	readonly files: readonly HeldOutFile[];
}

const splits = ['unseen_files', 'unseen_packages'];

/** The held-out sets of a recipe's data folder; the sample that comes with the project where the recipe has not run. */
export async function readHeldOutSets(folder: string, sampleFolder: string): Promise<readonly HeldOutSet[]> {
	const found = await Promise.all(splits.map(name => readSet(folder, name)));
	const sets = found.filter(set => set !== undefined);
	if (sets.length > 0) return sets;
	const sample = await readSet(sampleFolder, 'sample');
	if (!sample) throw new Error(`There is no sample.jsonl in ${sampleFolder}. Restore it from the repository.`);
	return [sample];
}

async function readSet(folder: string, name: string): Promise<HeldOutSet | undefined> {
	const lines = await readLines(join(folder, `${name}.jsonl`));
	return lines && { name, files: lines.map(line => asFile(line, join(folder, name))) };
}

/** Lines of a JSONL file; undefined when there is none. */
export async function readLines(path: string): Promise<readonly string[] | undefined> {
	const text = await readFile(path, 'utf8').catch(() => undefined);
	return text?.split('\n').filter(line => line !== '');
}

function asFile(line: string, place: string): HeldOutFile {
	const { package: name, path, extension, text } = JSON.parse(line) as Record<string, unknown>;
	if (typeof name === 'string' && typeof path === 'string' && typeof extension === 'string' && typeof text === 'string')
		return { package: name, path, extension, text };
	throw new Error(
		`${place}.jsonl has a line without package, path, extension and text. Run the recipe's data step again.`,
	);
}
