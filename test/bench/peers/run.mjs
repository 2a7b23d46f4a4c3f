// npm run bench:peers: speed beside llama.cpp and transformers.js, which live in a package of their own here.
import { join } from 'node:path';
import { root } from '../../harness/paths.mjs';
import { main, step } from '../../harness/report.mjs';
import { environmentForNpm, isInstalled, npm } from '../../harness/setup.mjs';
import { launch } from '../launch.mjs';

const folder = join(root, 'test', 'bench', 'peers');

await main(async () => {
	if (isInstalled(folder)) return;
	await step('Downloading the peers: node-llama-cpp and transformers.js (about 1.2 GB, once)', () =>
		// `ci` would refuse the lock file: it names the optional binaries of Linux only.
		npm(['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
			cwd: folder,
			env: environmentForNpm(),
		}),
	);
});
if (!process.exitCode) await launch('peers/peers', 'peers');
