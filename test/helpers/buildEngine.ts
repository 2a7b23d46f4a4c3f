import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Bundles the engine as it is in src/ now and returns the file, so that process tests never run a stale bundle. The same
 * source gives the same file, and files appear whole. */
export async function buildEngine(): Promise<string> {
	return bundle('src/engine/main.ts');
}

/** The process that counts tokens of OpenAI's vocabularies. */
export async function buildTokenCounter(): Promise<string> {
	return bundle('src/engine/openAiTokens/main.ts');
}

async function bundle(entry: string): Promise<string> {
	const result = await build({
		absWorkingDir: root,
		entryPoints: [entry],
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		external: ['onnxruntime-node'],
		write: false,
		logLevel: 'warning',
	});
	return writeBundle(result.outputFiles[0]!.contents);
}

/** An engine that stops reading messages at the first request, as if native code ran for a minute. */
export async function buildBlockedEngine(): Promise<string> {
	const code = readFileSync(await buildEngine(), 'utf8');
	const block = `process.prependListener('message', ({ type }) => {
		for (const end = Date.now() + 60000; type === 'generate' && Date.now() < end; );
	});`;
	return writeBundle(Buffer.from(`${code}\n${block}\n`));
}

/** An engine whose process aborts while it loads, as native code does on a model that it cannot stand. */
export async function buildAbortingEngine(): Promise<string> {
	const code = readFileSync(await buildEngine(), 'utf8');
	const abort = `process.prependListener('message', ({ type }) => type === 'load' && process.abort());`;
	return writeBundle(Buffer.from(`${code}\n${abort}\n`));
}

/** An engine that writes what it is told to load to its error output, a line of JSON each after `loading: `. */
export async function buildTellingEngine(): Promise<string> {
	const code = readFileSync(await buildEngine(), 'utf8');
	const tell = `process.prependListener('message', ({ type, options }) => {
		if (type === 'load') process.stderr.write('loading: ' + JSON.stringify({ pid: process.pid, ...options }) + '\\n');
	});`;
	return writeBundle(Buffer.from(`${code}\n${tell}\n`));
}

function writeBundle(bytes: Uint8Array): string {
	const folder = join(root, 'out', 'test-engine');
	const file = join(folder, `engine-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.js`);
	mkdirSync(folder, { recursive: true });
	if (!existsSync(file)) {
		writeFileSync(`${file}.${process.pid}`, bytes);
		renameSync(`${file}.${process.pid}`, file);
	}
	return file;
}
