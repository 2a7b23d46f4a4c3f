import { readFile } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import { resolve } from 'node:path';
import { badRequest } from './fields';

/** Larger files are no documents that people edit; VS Code itself stops offering language features at 20 MB. */
const largestFileBytes = 50 * 1024 * 1024;

/**
 * Reads a text as VS Code does: UTF-8, and a byte order mark is not part of it, so that offsets agree.
 * @param path relative to `cwd`
 * @throws GenerationError badRequest when the file is missing, a folder, too large or not UTF-8
 */
export async function readTextFile(path: string, cwd: string): Promise<string> {
	const file = resolve(cwd, path);
	const bytes = await readFile(file).catch((error: unknown) => {
		throw badRequest(`Cannot read ${file}: ${reason(error)}.`);
	});
	if (bytes.length > largestFileBytes)
		throw badRequest(`${file} has ${bytes.length} bytes; the limit is ${largestFileBytes}.`);
	if (!isUtf8(bytes)) throw badRequest(`${file} is not UTF-8 text. Save it as UTF-8 first.`);
	return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

function reason(error: unknown): string {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	switch (code) {
		case 'ENOENT':
			return 'there is no such file';
		case 'EISDIR':
			return 'it is a folder';
		case 'EACCES':
			return 'permission is denied';
		default:
			return error instanceof Error ? error.message : String(error);
	}
}
