import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Bundles the installing process as src/ is now. */
export async function buildDownloader(): Promise<string> {
	const outfile = join(mkdtempSync(join(tmpdir(), 'inkling-downloader-')), 'downloader.cjs');
	await build({
		absWorkingDir: root,
		entryPoints: ['test/helpers/downloader.main.ts'],
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		outfile,
		logLevel: 'warning',
	});
	return outfile;
}

/** Runs it to its end, or to `killAfterMs`. Resolves to the installed folder, or undefined when it was killed. */
export function runDownloader(
	script: string,
	args: readonly string[],
	killAfterMs?: number,
): Promise<string | undefined> {
	const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	let errors = '';
	child.stdout.on('data', data => (output += String(data)));
	child.stderr.on('data', data => (errors += String(data)));
	const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code, signal) => {
			clearTimeout(timer);
			if (signal === 'SIGKILL') resolve(undefined);
			else if (code === 0) resolve(output);
			else reject(new Error(errors));
		});
	});
}
