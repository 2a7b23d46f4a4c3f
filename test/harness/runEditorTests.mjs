// Runs test/editor inside a real extension host. INKLING_DESKTOP_TESTS=1 downloads and opens the desktop VS Code, which
// needs a display; otherwise the VS Code server stands in. Arguments: --grep <text> selects tests.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { harnessFolder, outFolder, root, sampleFolder } from './paths.mjs';
import { main, SetupError } from './report.mjs';
import { ensureBuild, ensureDependencies } from './setup.mjs';

const compiled = join(outFolder, 'editor-tests');
/** Where the extension host writes the counts, for `npm test`. */
export const editorResults = join(outFolder, 'test', 'editor.json');

await main(async () => {
	await ensureDependencies();
	await ensureBuild();
	await compile();
	mkdirSync(join(outFolder, 'test'), { recursive: true });
	rmSync(editorResults, { force: true });
	const { runTests } = await import('@vscode/test-electron');
	const grep = process.argv.indexOf('--grep');
	try {
		return await runTests({
			...(process.env.INKLING_DESKTOP_TESTS === '1'
				? {}
				: { vscodeExecutablePath: join(harnessFolder, 'vscode-shim.mjs') }),
			extensionDevelopmentPath: root,
			extensionTestsPath: join(compiled, 'index.js'),
			extensionTestsEnv: {
				INKLING_TEST_RESULTS: editorResults,
				...(grep === -1 ? {} : { INKLING_TEST_GREP: process.argv[grep + 1] }),
			},
			launchArgs: [sampleFolder],
		});
	} catch (error) {
		throw new SetupError(`The editor tests failed (${error.message}).`);
	}
});

async function compile() {
	const { build } = await import('esbuild');
	const folder = join(root, 'test', 'editor');
	rmSync(compiled, { recursive: true, force: true });
	await build({
		entryPoints: ['index.ts', ...readdirSync(folder).filter(name => name.endsWith('.test.ts'))].map(name =>
			join(folder, name),
		),
		outdir: compiled,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		external: ['vscode', 'mocha'],
		sourcemap: 'inline',
		logLevel: 'warning',
	});
}
