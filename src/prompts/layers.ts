import { type TemplateFile } from './template';
import { TemplateError } from './templateError';

/** Everything that could be read, by name, and what is wrong with the rest. */
export interface Merged<T> {
	readonly items: ReadonlyMap<string, T>;
	readonly problems: readonly TemplateError[];
}

/** Files of one place, and how one of them is read. @throws TemplateError from `parse` */
export interface Layer<T> {
	readonly files: readonly TemplateFile[];
	readonly parse: (file: TemplateFile) => T;
}

/** Merges layers; later ones go over earlier ones. A broken file never hides a working one: the next lower of its name stays. */
export function mergeLayers<T extends { readonly name: string; readonly file: string; readonly origin: string }>(
	layers: readonly Layer<T>[],
): Merged<T> {
	const items = new Map<string, T>();
	const problems: TemplateError[] = [];
	for (const { files, parse } of layers) {
		for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
			const item = parseOrReport(file, parse);
			if (!item) continue;
			const other = items.get(item.name);
			if (other?.origin === item.origin) {
				const reason = `"${item.name}" is already defined in ${other.file}. Give one of them another name.`;
				problems.push(new TemplateError('duplicate', file.path, 1, reason));
			} else items.set(item.name, item);
		}
	}
	return { items, problems };

	function parseOrReport(file: TemplateFile, parse: Layer<T>['parse']): T | undefined {
		try {
			return parse(file);
		} catch (error) {
			if (!(error instanceof TemplateError)) throw error;
			problems.push(error);
			return undefined;
		}
	}
}
