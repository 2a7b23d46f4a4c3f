import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

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

/** Makes a folder for this user alone. Node's own way to make all that is missing says of a disk that is read-only that it is not there. */
export async function makeFolder(path: string): Promise<void> {
	try {
		await mkdir(path, { mode: 0o700 });
	} catch (error) {
		if (hasCode(error, 'EEXIST')) return;
		if (!hasCode(error, 'ENOENT') || dirname(path) === path) throw error;
		await makeFolder(dirname(path));
		await mkdir(path, { mode: 0o700 });
	}
}

/** Whether the file system failed with this code. */
export function hasCode(error: unknown, code: string): boolean {
	return error instanceof Error && 'code' in error && error.code === code;
}

/** Copies a file beside itself as `.bak`, `.bak-2` ..., never over an older copy. */
export async function keepCopy(path: string): Promise<void> {
	for (let number = 1; ; number++) {
		try {
			const copy = number === 1 ? `${path}.bak` : `${path}.bak-${number}`;
			await copyFile(path, copy, constants.COPYFILE_EXCL);
			return;
		} catch (error) {
			if (!hasCode(error, 'EEXIST') || number > 100) throw error;
		}
	}
}
