import { lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** Where a running engine can be found, in a file that only its user can read. */
export interface EngineRecord {
	readonly pid: number;
	/** Absolute path of its socket. */
	readonly socket: string;
	/** What a window must say first. */
	readonly token: string;
}

const maxRecordBytes = 4096;

/** What an engine prints when it fails is kept beside its record. */
export const errorsFile = (record: string): string => `${record}.errors`;

/** Undefined where there is none, or it is damaged or open to others. */
export async function readEngineRecord(file: string): Promise<EngineRecord | undefined> {
	try {
		const facts = await lstat(file);
		const isOurs = facts.isFile() && facts.uid === process.getuid?.() && (facts.mode & 0o077) === 0;
		if (!isOurs || facts.size > maxRecordBytes) return undefined;
		const value: unknown = JSON.parse(await readFile(file, 'utf8'));
		return isRecord(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** The file appears whole. */
export async function writeEngineRecord(file: string, record: EngineRecord): Promise<void> {
	const part = `${file}.${record.pid}`;
	await writeFile(part, JSON.stringify(record), { mode: 0o600, flag: 'w' });
	await rename(part, file);
}

/** Removes the record and what belongs to it, unless another engine has taken its place. */
export async function removeEngineRecord(file: string, { token, socket }: EngineRecord): Promise<void> {
	await rm(socket, { force: true });
	if ((await readEngineRecord(file))?.token !== token) return;
	await rm(file, { force: true });
	await rm(errorsFile(file), { force: true });
}

function isRecord(value: unknown): value is EngineRecord {
	if (typeof value !== 'object' || value === null) return false;
	const { pid, socket, token } = value as Readonly<Record<string, unknown>>;
	return Number.isSafeInteger(pid) && (pid as number) > 0 && isText(socket) && isText(token);
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
