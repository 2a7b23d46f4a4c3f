import { rm } from 'node:fs/promises';
import { DownloadError } from './downloadError';
import { RangeRefused, transferFile, type FileTransfer } from './fileTransfer';

/** Waiting as the caller knows time; resolves early when the signal is aborted. */
export type Delay = (ms: number, signal: AbortSignal) => Promise<void>;

const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** A host that asks for more is told to the user instead. */
const longestAskedWaitMs = 120_000;
/** Tries in a row that bring no byte. */
const mostFruitlessTries = 6;

/**
 * Gets a file with as many tries as it takes while each brings something: waits grow from 0.5 to 30 s, or are as long as the host
 * asks. Bytes that cannot be resumed or are wrong are fetched anew once.
 * @throws DownloadError
 */
export async function transferPatiently(transfer: FileTransfer, delay: Delay, signal: AbortSignal): Promise<string> {
	let fruitless = 0;
	let startedAnew = false;
	let bytes = 0;
	for (;;) {
		signal.throwIfAborted();
		let most = 0;
		const onBytes = (now: number): void => {
			most = Math.max(most, now);
			transfer.onBytes(now);
		};
		try {
			return await transferFile({ ...transfer, onBytes }, signal);
		} catch (error) {
			signal.throwIfAborted();
			if (!(error instanceof DownloadError)) throw error;
			fruitless = most > bytes ? 0 : fruitless + 1;
			bytes = Math.max(bytes, most);
			if ((error instanceof RangeRefused || error.code === 'corrupt') && !startedAnew) {
				startedAnew = true;
				bytes = 0;
				await rm(`${transfer.target}.part`, { force: true });
				continue;
			}
			const wait = waitFor(error, fruitless);
			if (wait === undefined || fruitless >= mostFruitlessTries) throw error;
			await delay(wait, signal);
		}
	}
}

/** Undefined when waiting does not help. */
function waitFor({ transient, retryAfterMs }: DownloadError, fruitless: number): number | undefined {
	if (!transient) return undefined;
	if (retryAfterMs !== undefined) return retryAfterMs <= longestAskedWaitMs ? retryAfterMs : undefined;
	return Math.min(longestWaitMs, firstWaitMs * 2 ** fruitless);
}
