import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Bundles the engine as it is in src/ now and returns the file, so that process tests never run a stale bundle. The same
 * source gives the same file, and files appear whole. */
export async function buildEngine(): Promise<string> {
	const result = await build({
		absWorkingDir: root,
		entryPoints: ['src/engine/main.ts'],
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		external: ['onnxruntime-node'],
		write: false,
		logLevel: 'warning',
	});
	const bytes = result.outputFiles[0]!.contents;
	const folder = join(root, 'out', 'test-engine');
	const file = join(folder, `engine-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.js`);
	mkdirSync(folder, { recursive: true });
	if (!existsSync(file)) {
		writeFileSync(`${file}.${process.pid}`, bytes);
		renameSync(`${file}.${process.pid}`, file);
	}
	return file;
}
