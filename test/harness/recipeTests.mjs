// The tests of models/recipe that need nothing but Python. Those of the networks need PyTorch and are run by
// `python -m unittest` in models/recipe.
import { join } from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { root } from './paths.mjs';

const newEnough = 'import sys; sys.exit(sys.version_info < (3, 10))';

/** How many passed and failed; skipped, with the reason, where no Python is new enough. */
export async function recipeTests() {
	const python = ['python3', 'python'].find(name => spawnSync(name, ['-c', newEnough]).status === 0);
	if (python === undefined) return { passed: 0, failed: 0, skipped: 1, note: 'there is no Python 3.10 or newer here' };
	const output = await outputOf(python, [join(root, 'models', 'recipe', 'tests', 'plain.py')]);
	const counts = output.trim().split('\n').at(-1);
	if (!counts?.startsWith('{')) return { passed: 0, failed: 1, note: 'did not get as far as its tests' };
	const { passed, failed, leftOut } = JSON.parse(counts);
	if (passed + failed === 0) return { passed, failed: 1, note: 'no test ran' };
	return { passed, failed, note: leftOut.length > 0 ? `${leftOut.length} files need PyTorch` : undefined };
}

/** What a program writes to its standard output; what it says beside goes to the reader. */
function outputOf(program, args) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
		let output = '';
		child.stdout.setEncoding('utf8').on('data', text => (output += text));
		child.on('error', reject).on('close', () => resolve(output));
	});
}
