import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is remembered about models on disk: one small JSON file for each folder, always whole. */
export class ModelRecords<T extends { readonly folder: string }> {
	/**
	 * @param root folder of the files
	 * @param kind end of their names, where other records about the same models lie beside them
	 * @param parse undefined for a text that says nothing sensible
	 */
	constructor(
		private readonly root: string,
		private readonly kind: string,
		private readonly parse: (text: string) => T | undefined,
	) {}

	/** Undefined where nothing, or nothing sensible, is remembered. Synchronous: about a kilobyte, once for each start of a process. */
	read(folder: string): T | undefined {
		try {
			const record = this.parse(readFileSync(this.pathOf(folder), 'utf8'));
			return record?.folder === folder ? record : undefined;
		} catch {
			// Not there yet.
			return undefined;
		}
	}

	/** Windows may write at the same time; the last one stays. */
	async write(record: T): Promise<void> {
		const path = this.pathOf(record.folder);
		const part = `${path}.${process.pid}.part`;
		await mkdir(this.root, { recursive: true });
		try {
			await writeFile(part, JSON.stringify(record, undefined, '\t'));
			await rename(part, path);
		} finally {
			await rm(part, { force: true });
		}
	}

	private pathOf(folder: string): string {
		return join(this.root, `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}${this.kind}.json`);
	}
}
