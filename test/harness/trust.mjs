// `npm run test:trust`: every promise of the trust tests at its full figure. Takes long; `npm test` runs a short draw of the same.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { main } from './report.mjs';
import { ensureBuild, ensureDependencies } from './setup.mjs';

await main(async () => {
	await ensureDependencies();
	await ensureBuild();
	const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
	const child = spawn(process.execPath, [vitest, 'run', '--project', 'trust', ...process.argv.slice(2)], {
		cwd: root,
		stdio: 'inherit',
		env: { ...process.env, INKLING_TRUST: 'full' },
	});
	return new Promise((resolve, reject) => child.on('error', reject).on('close', code => resolve(code ?? 1)));
});
