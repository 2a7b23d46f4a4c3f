// Runs the command line from a working tree: makes sure that packages and build are there and fresh, then hands over.
// Standard output belongs to the results, so everything the set-up says goes to standard error.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';
import { ensureBuild, ensureDependencies } from './setup.mjs';

const write = process.stdout.write;
try {
	process.stdout.write = process.stderr.write.bind(process.stderr);
	await ensureDependencies();
	await ensureBuild();
	process.stdout.write = write;
} catch (error) {
	process.stdout.write = write;
	const message = `Inkling is not set up: ${error.message} Run npm ci in ${root} and try again.`;
	process.stdout.write(`${JSON.stringify({ error: { code: 'setupFailed', message } })}\n`);
	process.exit(1);
}

// npm starts scripts in the project's folder; the caller's relative paths start where the caller was.
process.chdir(process.env.INIT_CWD ?? process.cwd());
await import(pathToFileURL(join(root, 'out', 'cli.js')).href);
