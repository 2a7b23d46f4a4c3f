// Builds what is measured and a benchmark itself, then runs it: the exported function `name` of test/bench/<entry>.ts.
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../harness/paths.mjs';
import { main } from '../harness/report.mjs';
import { ensureBuild, ensureDependencies } from '../harness/setup.mjs';

/** Ends the process with the status the benchmark resolves to. */
export function launch(entry, name) {
	return main(async () => {
		await ensureDependencies();
		await ensureBuild();
		const { build } = await import('esbuild');
		const outfile = join(root, 'out', `${basename(entry)}.mjs`);
		await build({
			entryPoints: [join(root, 'test', 'bench', `${entry}.ts`)],
			outfile,
			bundle: true,
			platform: 'node',
			format: 'esm',
			target: 'node20',
			packages: 'external',
			logLevel: 'warning',
		});
		const benchmark = (await import(pathToFileURL(outfile).href))[name];
		return benchmark({ root, args: process.argv.slice(2), cwd: process.env.INIT_CWD ?? process.cwd() });
	});
}
