// npm run bench: builds what is measured and the benchmark itself, then runs it. See docs/performance.md.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../harness/paths.mjs';
import { main } from '../harness/report.mjs';
import { ensureBuild, ensureDependencies } from '../harness/setup.mjs';

await main(async () => {
	await ensureDependencies();
	await ensureBuild();
	const { build } = await import('esbuild');
	const outfile = join(root, 'out', 'bench.mjs');
	await build({
		entryPoints: [join(root, 'test', 'bench', 'bench.ts')],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		packages: 'external',
		logLevel: 'warning',
	});
	const { bench } = await import(pathToFileURL(outfile).href);
	return bench({ root, args: process.argv.slice(2), cwd: process.env.INIT_CWD ?? process.cwd() });
});
