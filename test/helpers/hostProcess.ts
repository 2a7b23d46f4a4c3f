import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');

/** A process that owns an engine, as the extension host does, so that a test can kill it. Prints the engine's pid once the
 * engine has started an endless amount of work. */
export async function buildHost(): Promise<string> {
	const folder = join(root, 'out', 'test-engine');
	mkdirSync(folder, { recursive: true });
	const outfile = join(mkdtempSync(join(folder, 'host-')), 'host.js');
	await build({
		absWorkingDir: root,
		entryPoints: ['test/helpers/hostProcess.main.ts'],
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		outfile,
		logLevel: 'warning',
	});
	return outfile;
}

export interface Host {
	readonly pid: number;
	readonly enginePid: number;
}

/** Starts a host and waits until its engine works. */
export function startHost(host: string, args: readonly string[]): Promise<Host> {
	const child = spawn(process.execPath, [host, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
	return new Promise((resolve, reject) => {
		createInterface({ input: child.stdout }).on('line', line => resolve({ pid: child.pid!, enginePid: Number(line) }));
		child.on('exit', code => reject(new Error(`the host ended with code ${code ?? 'none'}`)));
	});
}
