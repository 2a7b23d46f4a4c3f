import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { toDisposable, type Disposable } from '../../base';
import { type TransferProgress } from './transfer';

/** How often an owner shows that it lives, and how long it may be silent before another process goes on in its place. */
const heartbeatMs = 1000;
const silenceMs = 15_000;

const recordSchema = v.object({
	host: v.string(),
	pid: v.number(),
	progress: v.optional(
		v.object({
			doneBytes: v.number(),
			totalBytes: v.number(),
			bytesPerSecond: v.number(),
			secondsLeft: v.optional(v.number()),
			file: v.string(),
		}),
	),
});

/** The right to move one model's bytes, among all windows that use the same folder. */
export interface Ownership extends Disposable {
	/** Aborted when another process has taken over, as after a long sleep of the machine. */
	readonly lost: AbortSignal;
	/** What the other windows are shown. */
	report(progress: TransferProgress): void;
	release(): Promise<void>;
}

/**
 * Takes the right, or says what its owner is doing. Owners are numbered files, `owner-3`, made exclusively: the highest number owns,
 * and whoever finds it dead makes the next one, so that of several that try, one succeeds.
 */
export async function claim(folder: string): Promise<Ownership | { readonly busy: TransferProgress | undefined }> {
	await mkdir(folder, { recursive: true });
	for (;;) {
		const highest = await highestNumber(folder);
		if (highest > 0 && (await isAlive(folder, highest))) return { busy: (await read(folder, highest))?.progress };
		const number = highest + 1;
		if (!(await create(fileOf(folder, number)))) continue;
		for (let old = highest; old > 0; old--) await rm(fileOf(folder, old), { force: true });
		return own(folder, number);
	}
}

const fileOf = (folder: string, number: number): string => join(folder, `owner-${number}`);

async function highestNumber(folder: string): Promise<number> {
	const names = await readdir(folder);
	return Math.max(0, ...names.map(name => Number(/^owner-(\d{1,9})$/.exec(name)?.[1] ?? 0)));
}

/** Makes the file if nobody has. */
async function create(file: string): Promise<boolean> {
	try {
		const handle = await open(file, 'wx');
		await handle.writeFile(JSON.stringify({ host: hostname(), pid: process.pid }));
		await handle.close();
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
		throw error;
	}
}

async function read(folder: string, number: number): Promise<v.InferOutput<typeof recordSchema> | undefined> {
	const text = await readFile(fileOf(folder, number), 'utf8').catch(() => '');
	const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), recordSchema), text);
	return success ? output : undefined;
}

/** A process of this machine is asked for; one of another machine that shares the folder is believed while it writes. */
async function isAlive(folder: string, number: number): Promise<boolean> {
	const found = await stat(fileOf(folder, number)).catch(() => undefined);
	if (!found || Date.now() - found.mtimeMs > silenceMs) return false;
	const record = await read(folder, number);
	return record?.host !== hostname() || processExists(record.pid);
}

function processExists(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

function own(folder: string, number: number): Ownership {
	const lost = new AbortController();
	let progress: TransferProgress | undefined;
	let beating = Promise.resolve();
	let released = false;
	const beat = async (): Promise<void> => {
		if ((await highestNumber(folder)) > number) lost.abort();
		if (lost.signal.aborted || released) return;
		const temporary = join(folder, `${randomUUID()}.tmp`);
		await writeFile(temporary, JSON.stringify({ host: hostname(), pid: process.pid, progress }));
		await rename(temporary, fileOf(folder, number));
	};
	const timer = setInterval(() => {
		// A heartbeat that cannot be written is no reason to stop; if it stays so, another process takes over.
		beating = beating.then(beat).catch(() => undefined);
	}, heartbeatMs);
	const end = toDisposable(() => {
		released = true;
		clearInterval(timer);
	});
	return {
		lost: lost.signal,
		report: now => (progress = now),
		dispose: () => end.dispose(),
		release: async () => {
			end.dispose();
			await beating;
			await rm(fileOf(folder, number), { force: true });
		},
	};
}
