/** The value, or undefined as soon as the signal is aborted: for waits whose result somebody may stop wanting. */
export async function untilAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
	let stop = (): void => undefined;
	const aborted = new Promise<undefined>(resolve => {
		stop = () => resolve(undefined);
		signal.addEventListener('abort', stop, { once: true });
		if (signal.aborted) stop();
	});
	return Promise.race([aborted, value]).finally(() => signal.removeEventListener('abort', stop));
}
