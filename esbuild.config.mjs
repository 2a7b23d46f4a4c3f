import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { build, context } from 'esbuild';

/**
 * What ships: the extension host's bundle, the engine process's, the one that counts tokens of
 * OpenAI's vocabularies, the result panel's, and the chat panel's: what stands in its page, and
 * in pieces what it loads with the first answer, Markdown and colours. The command line for scripts and bug reports is built into out/ and never packaged.
 */
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = {
	bundle: true,
	minify: production,
	sourcemap: production ? false : 'linked',
	legalComments: 'none',
	logLevel: 'warning',
};

/** @type {import('esbuild').BuildOptions} */
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20' };

const bundles = [
	{ ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
	{ ...node, entryPoints: ['src/engine/main.ts'], outfile: 'dist/engine.js', external: ['onnxruntime-node'] },
	{ ...node, entryPoints: ['src/engine/openAiTokens/main.ts'], outfile: 'dist/openAiTokens.js' },
	{
		...common,
		entryPoints: ['src/webview/resultPanel.tsx'],
		outfile: 'dist/resultPanel.js',
		platform: 'browser',
		format: 'iife',
		target: 'es2022',
		tsconfig: 'src/webview/tsconfig.json',
	},
	{
		...common,
		entryPoints: ['src/webview/chat/main.tsx'],
		outfile: 'dist/chat/main.js',
		platform: 'browser',
		format: 'esm',
		target: 'es2022',
		tsconfig: 'src/webview/tsconfig.json',
	},
	{
		...common,
		entryPoints: ['src/webview/chat/markdownRenderer.ts'],
		outdir: 'dist/chat',
		chunkNames: '[name]-[hash]',
		splitting: true,
		platform: 'browser',
		format: 'esm',
		target: 'es2022',
		tsconfig: 'src/webview/tsconfig.json',
	},
	{ ...node, entryPoints: ['src/cli/main.ts'], outfile: 'out/cli.js', minify: false },
];

await rm('dist/chat', { recursive: true, force: true });
await mkdir('dist/chat', { recursive: true });
await copyFile('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/codicon.ttf');

if (watch) {
	for (const bundle of bundles) await (await context(bundle)).watch();
} else {
	const results = await Promise.all(bundles.map(bundle => build({ ...bundle, metafile: true })));
	// What went into the bundles that ship: `npm run package` collects the licences of these files.
	const shipped = results.filter((_, index) => !bundles[index].outfile?.startsWith('out/'));
	await mkdir('out', { recursive: true });
	await writeFile(
		'out/bundledFiles.json',
		JSON.stringify(shipped.flatMap(result => Object.keys(result.metafile.inputs))),
	);
}
