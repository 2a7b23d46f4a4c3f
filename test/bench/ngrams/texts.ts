import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A file of a package, as the recipe's data step writes it. */
export interface SourceFile {
	readonly package: string;
	readonly path: string;
	readonly extension: string;
	readonly text: string;
}

/** Reads one JSON object a line. */
export async function readSourceFiles(file: string): Promise<SourceFile[]> {
	const lines = (await readFile(file, 'utf8')).split('\n').filter(line => line !== '');
	return lines.map(line => JSON.parse(line) as SourceFile);
}

/** Files by package, in the order of the data. */
export function byPackage(files: readonly SourceFile[]): ReadonlyMap<string, readonly SourceFile[]> {
	const packages = new Map<string, SourceFile[]>();
	for (const file of files) packages.set(file.package, [...(packages.get(file.package) ?? []), file]);
	return packages;
}

/** Half of the packages to fit weights with, the other half to measure what they are worth. */
export function halves(packages: ReadonlyMap<string, unknown>): {
	readonly fitted: readonly string[];
	readonly measured: readonly string[];
} {
	const names = shuffled([...packages.keys()], name => name);
	return { fitted: names.filter((_, at) => at % 2 === 0), measured: names.filter((_, at) => at % 2 === 1) };
}

/** The same order on every machine, with nothing to do with the data's own. */
export function shuffled<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
	const keyed = items.map(item => ({ item, key: createHash('sha256').update(nameOf(item)).digest('hex') }));
	return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ item }) => item);
}

/** A place to finish a line: the text around it and the rest of its line. */
export interface Cursor {
	readonly file: SourceFile;
	readonly prefix: string;
	readonly line: string;
	readonly suffix: string;
}

/** Cursors at word bounds of a file, with four to a hundred characters of line after them; as the recipe's evaluation has them. */
export function cursorsOf(file: SourceFile, count: number): readonly Cursor[] {
	const bounds: number[] = [];
	for (const { index } of file.text.matchAll(/\b/g)) {
		const rest = lineEnd(file.text, index) - index;
		if (index > 80 && rest >= 4 && rest <= 100) bounds.push(index);
	}
	return shuffled(bounds, at => `${file.package}/${file.path}/${at}`)
		.slice(0, count)
		.map(at => {
			const end = lineEnd(file.text, at);
			return { file, prefix: file.text.slice(0, at), line: file.text.slice(at, end), suffix: file.text.slice(end) };
		});
}

/** Where the line ends that a position is in. */
export function lineEnd(text: string, at: number): number {
	const end = text.indexOf('\n', at);
	return end < 0 ? text.length : end;
}
