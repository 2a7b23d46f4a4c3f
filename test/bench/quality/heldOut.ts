import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { languageIdOf } from '../../../src/cli/languageIds';
import { isIdeographic } from '../../../src/completions/characters';
import { syntaxOf } from '../../../src/completions/languages';

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
	/** 'unseen_files': the model knows other files of the package; 'unseen_packages': none; 'sample': the project's own excerpt; else
	 * the name of the file that was given. */
	readonly name: string;
	readonly files: readonly HeldOutFile[];
}

const splits = ['unseen_files', 'unseen_packages'];

/**
 * The held-out sets of a recipe's data folder, or else every `.jsonl` file of the folder, or the one file that is named; the sample
 * that comes with the project where there is nothing.
 */
export async function readHeldOutSets(place: string, sampleFolder: string): Promise<readonly HeldOutSet[]> {
	const found = await Promise.all((await namesIn(place)).map(([folder, name]) => readSet(folder, name)));
	const sets = found.filter(set => set !== undefined);
	if (sets.length > 0) return sets;
	const sample = await readSet(sampleFolder, 'sample');
	if (!sample) throw new Error(`There is no sample.jsonl in ${sampleFolder}. Restore it from the repository.`);
	return [sample];
}

/** What the figures of a file stand under: VS Code's language, prose of all kinds together, and prose in Chinese apart. */
export function languageOf({ extension, text }: Pick<HeldOutFile, 'extension' | 'text'>): string {
	const languageId = languageIdOf(extension);
	if (syntaxOf(languageId).kind === 'code') return languageId;
	const letters = text.match(/\p{L}/gu) ?? [];
	const chinese = letters.filter(letter => isIdeographic(letter.charCodeAt(0))).length;
	return chinese > letters.length / 4 ? chineseProse : 'prose';
}

/** What Chinese prose is called in the figures. */
export const chineseProse = 'prose (zh)';

async function namesIn(place: string): Promise<readonly (readonly [folder: string, name: string])[]> {
	if (place.endsWith('.jsonl')) return [[dirname(place), basename(place, '.jsonl')]];
	const entries = await readdir(place).catch(() => []);
	const names = entries.filter(entry => entry.endsWith('.jsonl')).map(entry => basename(entry, '.jsonl'));
	const known = splits.filter(split => names.includes(split));
	return (known.length > 0 ? known : names.sort()).map(name => [place, name]);
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
