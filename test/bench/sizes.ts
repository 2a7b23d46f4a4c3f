import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Measurements } from './measurements';

/** Bytes of what ships: the bundles and, when there is one, the package. Exact, so once a run is enough. */
export async function measureSizes(root: string, measurements: Measurements): Promise<void> {
	for (const { folder, ending } of [
		{ folder: 'dist', ending: '.js' },
		{ folder: '', ending: '.vsix' },
		{ folder: 'out', ending: '.vsix' },
	]) {
		const names = await readdir(join(root, folder)).catch(() => []);
		for (const name of names.filter(candidate => candidate.endsWith(ending)).sort()) {
			const measure = `size.${name}.kilobytes`;
			measurements.declare(measure, 'kB', `size of ${name}`);
			measurements.add(measure, (await stat(join(root, folder, name))).size / 1000);
		}
	}
}
