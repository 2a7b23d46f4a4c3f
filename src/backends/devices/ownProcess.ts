import { type Disposable, type Log } from '../../base';
import { systemClock, type Clock } from '../clock';
import { EngineClient } from '../engineClient';
import { startEngineProcess, type EngineProcess } from '../engineProcess';

/** How short-lived engine processes are started. */
export interface ProcessParts {
	/** Absolute path of the engine bundle. */
	readonly entry: string;
	readonly log: Log;
	readonly clock?: Clock;
	readonly startProcess?: (entry: string, log: Log) => EngineProcess;
}

/** How a piece of work in a process of its own ended. */
export type OwnProcessResult<T> =
	| { readonly kind: 'done'; readonly value: T }
	/** The process ended by itself: on a graphics device, drivers are the usual reason. */
	| { readonly kind: 'crashed'; readonly detail: string }
	| { readonly kind: 'timedOut' }
	| { readonly kind: 'aborted' };

/** Starts an engine process, works with it and ends it, in whatever way the work goes. @throws what the work throws while its process lives */
export async function inOwnProcess<T>(
	{ entry, log, clock = systemClock, startProcess = startEngineProcess }: ProcessParts,
	limitMs: number,
	work: (client: EngineClient) => Promise<T>,
	signal: AbortSignal,
): Promise<OwnProcessResult<T>> {
	if (signal.aborted) return { kind: 'aborted' };
	const process = startProcess(entry, log);
	const client = new EngineClient(process.channel, log);
	let timer: Disposable | undefined;
	let abort = (): void => undefined;
	const ended = new Promise<OwnProcessResult<T>>(resolve => {
		process.channel.onClose(detail => resolve({ kind: 'crashed', detail }));
		timer = clock.after(limitMs, () => resolve({ kind: 'timedOut' }));
		abort = () => resolve({ kind: 'aborted' });
		signal.addEventListener('abort', abort);
	});
	// What the client says when its process ended is the same news in other words.
	const done = work(client).then(
		value => ({ kind: 'done', value }) as const,
		async (error: unknown) => {
			if (isStopped(error)) return ended;
			throw error;
		},
	);
	try {
		return await Promise.race([ended, done]);
	} finally {
		timer?.dispose();
		signal.removeEventListener('abort', abort);
		client.dispose();
		process.dispose();
	}
}

const isStopped = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && error.code === 'engineStopped';
