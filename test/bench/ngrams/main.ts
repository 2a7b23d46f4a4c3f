import { fitNgrams } from './fitWeights';

/** @returns the exit status */
export async function run({ root, args }: { readonly root: string; readonly args: readonly string[] }): Promise<number> {
	const [task = '', ...rest] = args;
	return task === 'fit' ? fitNgrams(root, rest) : 1;
}
