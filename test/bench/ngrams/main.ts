import { fitNgrams } from './fitWeights';
import { measureNgrams } from './measure';

/** @returns the exit status */
export async function run({
	root,
	args,
}: {
	readonly root: string;
	readonly args: readonly string[];
}): Promise<number> {
	const [task = '', ...rest] = args;
	if (task === 'fit') return fitNgrams(root, rest);
	if (task === 'measure') return measureNgrams(root, rest);
	console.error('Say fit or measure.');
	return 2;
}
