import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type SessionJournal, type SessionRecord } from '../chat';
import { hasCode, makeFolder } from './files';
import { HistoryError, toHistoryError } from './historyError';
import { writeLine } from './recordLine';
import { recordsOfOthers } from './sessionReading';

export interface SessionFileOptions {
	readonly path: string;
	/** Length of the file when it was read; 0 for a new one. */
	readonly size: number;
	/** Called with what another window wrote meanwhile. */
	readonly onForeign?: (records: readonly SessionRecord[]) => void;
}

/**
 * The file of one conversation, only ever added to. Two windows may write to it: every line is one write at the end of the file
 * (O_APPEND), so lines never mix, and each names its writer.
 */
export class SessionFile implements SessionJournal {
	private readonly pending: SessionRecord[] = [];
	private queue: Promise<unknown> = Promise.resolve();
	/** Tells apart all that ever write to the file: each counts its own lines. */
	private readonly by = randomBytes(6).toString('hex');
	private seq = 0;
	private isClosed = false;
	/** Bytes of the file up to which everything is known, a whole number of lines. */
	private known: number;

	constructor(private readonly options: SessionFileOptions) {
		this.known = options.size;
	}

	/** @throws HistoryError; the records are then tried again with the next ones */
	append(records: readonly SessionRecord[], how: 'soon' | 'durable'): Promise<void> {
		if (this.isClosed) return Promise.resolve();
		this.pending.push(...records);
		const task = this.queue.then(() => this.flush(how));
		this.queue = task.catch(() => undefined);
		return task;
	}

	close(records: readonly SessionRecord[]): void {
		this.isClosed = true;
		this.pending.push(...records);
		try {
			if (this.pending.length === 0) return;
			const { O_APPEND, O_CREAT, O_WRONLY } = constants;
			// A file that was there and is gone was deleted.
			const flags = O_APPEND | O_WRONLY | (this.isNew ? O_CREAT : 0);
			const descriptor = openSync(this.options.path, flags, 0o600);
			// A line that is being written elsewhere may be there twice, under the same number; an empty line is none.
			const lines = this.pending.splice(0).map(record => writeLine(record, this.by, this.seq++));
			writeSync(descriptor, `\n${lines.join('')}`);
			closeSync(descriptor);
		} catch {
			// The last words of a process that can tell nobody any more.
		}
	}

	/** Nothing of it was ever read or written here. */
	private get isNew(): boolean {
		return this.known === 0 && this.seq === 0;
	}

	private async flush(how: 'soon' | 'durable'): Promise<void> {
		try {
			if (this.isClosed) return;
			const { path } = this.options;
			const handle = await (this.isNew ? openNew(path) : openKnown(path));
			try {
				const isNew = (await handle.stat()).size === 0;
				await this.readForeign(handle);
				const written = await this.writePending(handle);
				if (how === 'durable') await handle.datasync();
				if (isNew && how === 'durable') await syncFolder(dirname(path));
				await this.checkStillThere(handle, written);
			} finally {
				await handle.close();
			}
		} catch (error) {
			throw toHistoryError(error);
		}
	}

	/** What is new since the last look: our own lines, and perhaps another window's. */
	private async readForeign(handle: FileHandle): Promise<void> {
		const { size } = await handle.stat();
		if (size <= this.known) return;
		const bytes = Buffer.alloc(size - this.known);
		await handle.read(bytes, 0, bytes.length, this.known);
		const whole = bytes.lastIndexOf(10) + 1;
		this.known += whole;
		const records = recordsOfOthers(bytes.subarray(0, whole), this.by);
		if (records.length > 0) this.options.onForeign?.(records);
	}

	private async writePending(handle: FileHandle): Promise<readonly SessionRecord[]> {
		const written: SessionRecord[] = [];
		// A process that was killed may have left half a line, which must not swallow ours.
		let prefix = (await endsInLine(handle)) ? '\n' : '';
		for (let record = this.pending[0]; record; record = this.pending[0]) {
			const bytes = Buffer.from(prefix + writeLine(record, this.by, this.seq));
			const { bytesWritten } = await handle.write(bytes);
			if (this.isClosed) return written;
			if (bytesWritten < bytes.length) throw new HistoryError('diskFull', `${this.options.path}: the disk is full`);
			this.seq++;
			this.pending.shift();
			written.push(record);
			prefix = '';
		}
		return written;
	}

	/** Another window may have put a repaired file in this one's place between opening and writing. */
	private async checkStillThere(handle: FileHandle, written: readonly SessionRecord[]): Promise<void> {
		const [own, there] = await Promise.all([handle.stat(), stat(this.options.path).catch(() => undefined)]);
		if (!there || there.ino === own.ino) return;
		this.pending.unshift(...written);
		this.known = 0;
		throw new HistoryError('unknown', `${this.options.path} was replaced while it was written`);
	}
}

/** Makes a file, and its folder, where there is none. */
async function openNew(path: string): Promise<FileHandle> {
	const { O_APPEND, O_CREAT, O_RDWR } = constants;
	const openIt = (): Promise<FileHandle> => open(path, O_APPEND | O_CREAT | O_RDWR, 0o600);
	try {
		return await openIt();
	} catch (error) {
		if (!hasCode(error, 'ENOENT')) throw error;
		await makeFolder(dirname(path));
		return openIt();
	}
}

/** Opens a file that was there. One that is gone was deleted, and must not come back with nothing but what follows. */
async function openKnown(path: string): Promise<FileHandle> {
	try {
		return await open(path, constants.O_APPEND | constants.O_RDWR);
	} catch (error) {
		if (!hasCode(error, 'ENOENT')) throw error;
		throw new HistoryError('deleted', `${path} was deleted`, { cause: error });
	}
}

async function endsInLine(handle: FileHandle): Promise<boolean> {
	const { size } = await handle.stat();
	if (size === 0) return false;
	const last = Buffer.alloc(1);
	await handle.read(last, 0, 1, size - 1);
	return last[0] !== 10;
}

/** A new file only survives a power cut when its folder knows of it. Windows has no such call and needs none. */
async function syncFolder(path: string): Promise<void> {
	if (process.platform === 'win32') return;
	const handle = await open(path, constants.O_RDONLY);
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
