import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { DownloadError } from './downloadError';
import { whyRefused } from './fileNames';
import { type Hub } from './hub';
import { type ListedFile } from './hubListing';
import { RateMeter } from './rateMeter';
import { transferPatiently, type Delay } from './retry';

/** How far several files are together. */
export interface TransferProgress {
	readonly doneBytes: number;
	readonly totalBytes: number;
	/** Over the last seconds; 0 before anything came. */
	readonly bytesPerSecond: number;
	/** Undefined before a rate is known. */
	readonly secondsLeft?: number | undefined;
	/** The file that is under way. */
	readonly file: string;
}

/** Several files of one repository at one commit, for one folder. */
export interface Transfer {
	readonly hub: Hub;
	readonly repository: string;
	readonly commit: string;
	readonly files: readonly ListedFile[];
	readonly folder: string;
	readonly onProgress: (progress: TransferProgress) => void;
	readonly delay: Delay;
	/** Milliseconds from any origin. */
	readonly now: () => number;
}

/** A verified file. */
export interface VerifiedFile {
	readonly path: string;
	readonly bytes: number;
	readonly sha256: string;
}

/** Room that must be left when everything is there. */
const diskMarginBytes = 64 * 1024 * 1024;

/** Gets all files, one after the other, the small ones first. What an earlier call left is used. @throws DownloadError */
export async function transferFiles(transfer: Transfer, signal: AbortSignal): Promise<readonly VerifiedFile[]> {
	for (const { path } of transfer.files) {
		const reason = whyRefused(path);
		if (reason !== undefined)
			throw new DownloadError('refusedName', `'${path}' is not used as a file name: ${reason}. Choose another model.`);
	}
	await mkdir(transfer.folder, { recursive: true });
	await requireSpace(transfer);
	const totalBytes = transfer.files.reduce((sum, { bytes }) => sum + bytes, 0);
	const meter = new RateMeter(transfer.now);
	const verified: VerifiedFile[] = [];
	let doneBefore = 0;
	for (const file of [...transfer.files].sort((one, other) => one.bytes - other.bytes)) {
		const onBytes = (bytes: number): void => {
			const doneBytes = doneBefore + bytes;
			const bytesPerSecond = meter.rate(doneBytes);
			const secondsLeft = bytesPerSecond > 0 ? (totalBytes - doneBytes) / bytesPerSecond : undefined;
			transfer.onProgress({ doneBytes, totalBytes, bytesPerSecond, secondsLeft, file: file.path });
		};
		verified.push(await fetchOne(transfer, file, onBytes, signal));
		doneBefore += file.bytes;
		onBytes(0);
	}
	return verified;
}

async function fetchOne(
	{ folder, delay, hub, repository, commit }: Transfer,
	file: ListedFile,
	onBytes: (bytes: number) => void,
	signal: AbortSignal,
): Promise<VerifiedFile> {
	const target = join(folder, ...file.path.split('/'));
	// A whole file of an earlier call goes through the same verification as one that just came.
	if (await hasSize(target, file.bytes)) await rename(target, `${target}.part`);
	else await rm(target, { force: true });
	const sha256 = await transferPatiently({ hub, repository, commit, file, target, onBytes }, delay, signal);
	return { path: file.path, bytes: file.bytes, sha256 };
}

const hasSize = async (path: string, bytes: number): Promise<boolean> =>
	(await stat(path).catch(() => undefined))?.size === bytes;

/** @throws DownloadError diskFull before anything is asked for */
async function requireSpace({ folder, files }: Transfer): Promise<void> {
	let missing = 0;
	for (const { path, bytes } of files) {
		const target = join(folder, ...path.split('/'));
		const have = (await stat(target).catch(() => undefined)) ?? (await stat(`${target}.part`).catch(() => undefined));
		missing += Math.max(0, bytes - (have?.size ?? 0));
	}
	const { bavail, bsize } = await statfs(folder);
	const free = bavail * bsize;
	if (missing + diskMarginBytes <= free) return;
	const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
	throw new DownloadError(
		'diskFull',
		`${folder} has ${megabytes(free)} free, but ${megabytes(missing + diskMarginBytes)} are needed. Free some space and resume.`,
	);
}
