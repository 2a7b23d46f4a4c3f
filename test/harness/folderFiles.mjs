// Files below a folder, as the packages list them.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Paths of all files below a folder, with '/', relative to `from`, in order; none where there is no folder. */
export function filesIn(folder, from) {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter(entry => !entry.isDirectory())
		.map(entry =>
			relative(from, join(entry.parentPath ?? entry.path, entry.name))
				.split(sep)
				.join('/'),
		)
		.sort();
}

/** Sum of the sizes of files, in bytes. */
export function sizeOf(folder, files) {
	return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
