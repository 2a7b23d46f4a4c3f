/** Why a conversation could not be kept or opened. 'deleted': its file is gone, probably by another window. */
export type HistoryErrorCode = 'diskFull' | 'readOnly' | 'deleted' | 'tooNew' | 'badImport' | 'unknown';

/** A coded failure; `message` is for the log. */
export class HistoryError extends Error {
	override readonly name = 'HistoryError';

	constructor(
		readonly code: HistoryErrorCode,
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

/** A failure of the file system as a person can understand it. */
export function toHistoryError(error: unknown): HistoryError {
	if (error instanceof HistoryError) return error;
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	const text = String(error);
	if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
		return new HistoryError('diskFull', text, { cause: error });
	if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
		return new HistoryError('readOnly', text, { cause: error });
	return new HistoryError('unknown', text, { cause: error });
}
