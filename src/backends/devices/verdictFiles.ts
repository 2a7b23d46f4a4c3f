import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseVerdict, type DeviceVerdict } from './deviceVerdict';

/** Verdicts on disk: one small JSON file for each model folder, always whole. */
export class VerdictFiles {
	constructor(private readonly root: string) {}

	/** Undefined where nothing, or nothing sensible, is remembered. Synchronous: about a kilobyte, once for each start of a process. */
	read(folder: string): DeviceVerdict | undefined {
		try {
			const verdict = parseVerdict(readFileSync(this.pathOf(folder), 'utf8'));
			return verdict?.folder === folder ? verdict : undefined;
		} catch {
			// Not there yet.
			return undefined;
		}
	}

	/** Windows may write at the same time; the last one stays. */
	async write(verdict: DeviceVerdict): Promise<void> {
		const path = this.pathOf(verdict.folder);
		const part = `${path}.${process.pid}.part`;
		await mkdir(this.root, { recursive: true });
		try {
			await writeFile(part, JSON.stringify(verdict, undefined, '\t'));
			await rename(part, path);
		} finally {
			await rm(part, { force: true });
		}
	}

	private pathOf(folder: string): string {
		return join(this.root, `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.json`);
	}
}
