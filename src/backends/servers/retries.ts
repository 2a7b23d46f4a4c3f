import { untilAborted } from '../../base';
import { GenerationError, type GenerateRequest, type Priority } from '../../generation';
import { ServerError } from './serverError';

/** A longer wait than this is told to the user instead. */
const longestWaitMs = 30_000;
const usualDelaysMs = [500, 1000, 2000];

/** When a server may be asked again. A completion is never tried twice: the next keystroke asks for a better one. */
export class Retries {
	private quietUntil = 0;

	constructor(private readonly delaysMs: readonly number[] = usualDelaysMs) {}

	/** Waits while the server wants to be left alone. @throws GenerationError serverBusy when that is too long to wait */
	async untilWelcome(priority: Priority, signal: AbortSignal): Promise<void> {
		const waitMs = this.quietUntil - performance.now();
		if (waitMs <= 0) return;
		if (priority === 'typing' || waitMs > longestWaitMs)
			throw new GenerationError(
				'serverBusy',
				`The server wants to be left alone for ${Math.ceil(waitMs / 1000)} s more.`,
			);
		await pause(waitMs, signal);
	}

	/** Waits as long as is polite after a failure; false when the failure is final. Only for answers of which nothing was shown. */
	async afterFailure(
		error: unknown,
		{
			attempt,
			request,
			signal,
		}: { readonly attempt: number; readonly request: GenerateRequest; readonly signal: AbortSignal },
	): Promise<boolean> {
		if (!(error instanceof ServerError) || !error.isPassing) return false;
		const { retryAfterMs } = error;
		if (retryAfterMs !== undefined) this.quietUntil = performance.now() + retryAfterMs;
		const delayMs = this.delaysMs[attempt];
		if (request.priority === 'typing' || delayMs === undefined || (retryAfterMs ?? 0) > longestWaitMs) return false;
		// Spread, so that many editors that were refused together do not come back together.
		await pause(retryAfterMs ?? delayMs * (0.8 + 0.4 * Math.random()), signal);
		return true;
	}
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const over = new Promise<void>(resolve => (timer = setTimeout(resolve, milliseconds)));
	await untilAborted(over, signal);
	clearTimeout(timer);
}
