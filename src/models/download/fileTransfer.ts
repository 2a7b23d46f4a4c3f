import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ContentHash } from './contentHash';
import { DownloadError, diskErrorFrom } from './downloadError';
import { fileUrl, type Hub } from './hub';
import { type ListedFile } from './hubListing';
import { hubRequest, steadily, type HubAnswer } from './hubRequest';

/** Where a file comes from and where it goes. */
export interface FileTransfer {
	readonly hub: Hub;
	readonly repository: string;
	readonly commit: string;
	readonly file: ListedFile;
	/** Absolute path. The file appears here once it is whole and verified; until then its bytes are in `<target>.part`. */
	readonly target: string;
	/** Told how many bytes of the file are on disk. */
	readonly onBytes: (bytes: number) => void;
}

/** One try to get the rest of a file. Resolves to its sha256 once it is whole, verified and has its name.
 * @throws DownloadError; transient ones leave the bytes so far for the next try */
export async function transferFile(transfer: FileTransfer, signal: AbortSignal): Promise<string> {
	const { target, file } = transfer;
	const part = `${target}.part`;
	try {
		await mkdir(dirname(target), { recursive: true });
		const handle = await openPart(part);
		try {
			const hash = await hashSoFar(part, handle, file);
			transfer.onBytes(hash.bytes);
			const whole = await receive(transfer, { part, handle, hash }, signal);
			const sha256 = whole.finish();
			if (sha256 === undefined) throw await discard(part, file);
			await handle.sync();
			await handle.close();
			await rename(part, target);
			await rm(`${part}.etag`, { force: true });
			return sha256;
		} finally {
			await handle.close().catch(() => undefined);
		}
	} catch (error) {
		signal.throwIfAborted();
		throw diskErrorFrom(error, target);
	}
}

/** Opens what an earlier try left, or begins. */
async function openPart(part: string): Promise<FileHandle> {
	return open(part, 'r+').catch((error: unknown) => {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return open(part, 'w+');
		throw error;
	});
}

interface Progress {
	readonly part: string;
	readonly handle: FileHandle;
	readonly hash: ContentHash;
}

/** A hash over the bytes that an earlier try left. More bytes than the file has cannot be its beginning. */
async function hashSoFar(part: string, handle: FileHandle, file: ListedFile): Promise<ContentHash> {
	const hash = new ContentHash(file);
	const { size } = await stat(part);
	if (size > file.bytes) await handle.truncate(0);
	else for await (const chunk of createReadStream(part, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
	return hash;
}

/** Asks for what is missing and writes it. The hash that comes back has seen the whole file. */
async function receive(
	transfer: FileTransfer,
	{ part, handle, hash }: Progress,
	signal: AbortSignal,
): Promise<ContentHash> {
	const { file, hub, repository, commit } = transfer;
	if (hash.bytes === file.bytes) return hash;
	const etag = hash.bytes > 0 ? await readFile(`${part}.etag`, 'utf8').catch(() => undefined) : undefined;
	const range = hash.bytes > 0 ? { range: `bytes=${hash.bytes}-`, ...(etag && { 'if-range': etag }) } : {};
	const answer = await hubRequest(hub, fileUrl(hub, repository, commit, file.path), range, signal);
	let growing = hash;
	if (!continues(answer, hash.bytes, transfer)) {
		// The host sends all of it: an old server, or the file behind the address is another one now.
		await handle.truncate(0);
		growing = new ContentHash(file);
		transfer.onBytes(0);
	}
	await rememberEtag(part, answer.response);
	return write(transfer, { part, handle, hash: growing }, answer);
}

/** Whether the answer goes on after `have` bytes. @throws DownloadError when it is no answer to the question */
function continues({ response, linkedEtag }: HubAnswer, have: number, { file }: FileTransfer): boolean {
	const { status, headers } = response;
	const fail = (code: 'changed' | 'badAnswer' | 'corrupt', reason: string, transient = false): DownloadError => {
		response.body?.cancel().catch(() => undefined);
		return new DownloadError(code, `${file.path}: ${reason}`, { transient });
	};
	if (linkedEtag !== undefined && /^[0-9a-f]{64}$/.test(linkedEtag) && file.sha256 && linkedEtag !== file.sha256)
		throw fail('changed', 'the host has another file now than it listed. Start the download again.');
	if (headers.get('content-type')?.includes('text/html'))
		throw fail('badAnswer', 'a web page came instead of the file. Is there a login page or a proxy in between?');
	if (status === 416) throw new RangeRefused(file);
	if (status === 200) return have === 0;
	const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
	if (from === undefined || Number(from) !== have || (total !== '*' && Number(total) !== file.bytes))
		throw new RangeRefused(file);
	return true;
}

/** The host cannot go on where the bytes on disk end: they are of no use. */
export class RangeRefused extends DownloadError {
	constructor(file: ListedFile) {
		super('badAnswer', `${file.path}: the host cannot resume it. Start the download again.`, { transient: true });
	}
}

async function rememberEtag(part: string, { headers }: Response): Promise<void> {
	const etag = headers.get('etag');
	// A weak one says nothing about bytes, and If-Range does not take it.
	if (etag === null || etag.startsWith('W/')) await rm(`${part}.etag`, { force: true });
	else await writeFile(`${part}.etag`, etag);
}

async function write(
	{ file, hub, onBytes }: FileTransfer,
	progress: Progress,
	answer: HubAnswer,
): Promise<ContentHash> {
	const { handle, hash } = progress;
	for await (const chunk of steadily(answer, hub.silenceMs)) {
		if (hash.bytes + chunk.length > file.bytes) throw await discard(progress.part, file);
		await writeAll(handle, chunk, hash.bytes);
		hash.update(chunk);
		onBytes(hash.bytes);
	}
	if (hash.bytes === file.bytes) return hash;
	throw new DownloadError(
		'offline',
		`${file.path}: the host sent ${hash.bytes} of ${file.bytes} bytes. Resume to go on.`,
		{
			transient: true,
		},
	);
}

/** A write may take fewer bytes than it is given. */
async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
	for (let written = 0; written < chunk.length;) {
		const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, position + written);
		written += bytesWritten;
	}
}

/** Bytes that are not the file's are worth nothing. */
async function discard(part: string, file: ListedFile): Promise<DownloadError> {
	await rm(part, { force: true });
	await rm(`${part}.etag`, { force: true });
	return new DownloadError(
		'corrupt',
		`${file.path}: the bytes are not those the host listed (sha256 or size differ). Try another mirror.`,
	);
}
