import { constants } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';

/** Puts a file in place whole or not at all: written under another name, synced, renamed. */
export async function writeWhole(path: string, text: string): Promise<void> {
	const temporary = `${path}.${process.pid}.tmp`;
	try {
		const handle = await open(temporary, 'w', 0o600);
		try {
			await handle.writeFile(text);
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(temporary, path);
	} finally {
		await rm(temporary, { force: true });
	}
}

/** Copies a file beside itself as `.bak`, `.bak-2` ..., never over an older copy. */
export async function keepCopy(path: string): Promise<void> {
	for (let number = 1; ; number++) {
		try {
			const copy = number === 1 ? `${path}.bak` : `${path}.bak-${number}`;
			await copyFile(path, copy, constants.COPYFILE_EXCL);
			return;
		} catch (error) {
			const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
			if (!exists || number > 100) throw error;
		}
	}
}
