import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

type PlainRecord = Readonly<Record<string, unknown>>;

/** What a small file of ours says. Undefined where it is not there yet or damaged: what it says is found out again then. */
export async function readStamped(path: string): Promise<PlainRecord | undefined> {
	try {
		const value: unknown = JSON.parse(await readFile(path, 'utf8'));
		return typeof value === 'object' && value !== null ? (value as PlainRecord) : undefined;
	} catch {
		return undefined;
	}
}

/** Replaces the file as a whole. @throws when that is impossible */
export async function writeStamped(path: string, value: PlainRecord): Promise<void> {
	const part = `${path}.${process.pid}.part`;
	await mkdir(dirname(path), { recursive: true });
	await writeFile(part, JSON.stringify(value));
	await rename(part, path);
}
