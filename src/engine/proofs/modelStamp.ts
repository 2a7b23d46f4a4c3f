import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { runtimeVersion } from '../runtime';

/** Raised when what is proven, or how, changes. */
const version = 1;

/**
 * Changes whenever one of the files does, or this program, the runtime or the processor. A file counts by its size, its number and
 * its times; the time of the last change to it or its attributes cannot be set back.
 * @param facts what else the proof depends on
 * @throws when a file is not there
 */
export async function modelStamp(files: readonly string[], facts: readonly unknown[]): Promise<string> {
	const program = process.argv[1];
	const marks = await Promise.all([...files, ...(program === undefined ? [] : [program])].map(markOf));
	const machine = [process.platform, process.arch, process.version, cpus()[0]?.model, runtimeVersion()];
	return createHash('sha256')
		.update(JSON.stringify([version, machine, facts, marks]))
		.digest('hex');
}

async function markOf(file: string): Promise<readonly string[]> {
	const { size, ino, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
	return [file, ...[size, ino, mtimeNs, ctimeNs].map(String)];
}
