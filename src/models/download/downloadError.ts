/** What can go wrong between a catalogue entry and an installed folder. `editor/downloadWords.ts` has the words. */
export const downloadErrorCodes = [
	'badAddress',
	'offline',
	'notFound',
	'gated',
	'unauthorized',
	'rateLimited',
	'badAnswer',
	'changed',
	'corrupt',
	'refusedName',
	'noModel',
	'diskFull',
	'diskError',
] as const;

export type DownloadErrorCode = (typeof downloadErrorCodes)[number];

interface Details extends ErrorOptions {
	/** Worth another try by itself. */
	readonly transient?: boolean;
	/** The host asked to wait this long. */
	readonly retryAfterMs?: number | undefined;
}

/** A coded failure. `message` is for the log, in English, and names file, reason and next step. */
export class DownloadError extends Error {
	override readonly name = 'DownloadError';
	readonly transient: boolean;
	readonly retryAfterMs: number | undefined;

	constructor(
		readonly code: DownloadErrorCode,
		message: string,
		{ transient = false, retryAfterMs, ...options }: Details = {},
	) {
		super(message, options);
		this.transient = transient;
		this.retryAfterMs = retryAfterMs;
	}
}

/** What the file system said, as a coded failure. Errors that are coded already pass. */
export function diskErrorFrom(error: unknown, file: string): Error {
	if (error instanceof DownloadError) return error;
	const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
	if (code === 'ENOSPC' || code === 'EDQUOT')
		return new DownloadError('diskFull', `${file}: the disk is full. Free some space and resume.`, { cause: error });
	if (code !== undefined && /^E[A-Z]+$/.test(code))
		return new DownloadError('diskError', `${file} cannot be written: ${code}. Check the folder and resume.`, {
			cause: error,
		});
	return error instanceof Error ? error : new Error(String(error));
}
