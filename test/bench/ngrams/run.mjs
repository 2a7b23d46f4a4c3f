// npm run fit:ngrams and npm run bench:ngrams: builds the tool and runs it on the engine's own code. See docs/performance.md.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../harness/paths.mjs';
import { main } from '../../harness/report.mjs';
import { ensureDependencies } from '../../harness/setup.mjs';

await main(async () => {
	await ensureDependencies();
	const { build } = await import('esbuild');
	const outfile = join(root, 'out', 'ngrams.mjs');
	await build({
		entryPoints: [join(root, 'test', 'bench', 'ngrams', 'main.ts')],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		packages: 'external',
		logLevel: 'warning',
	});
	const { run } = await import(pathToFileURL(outfile).href);
	return run({ root, args: process.argv.slice(2) });
});
