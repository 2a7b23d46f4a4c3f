import { type Clock } from '../completions';

/** Time as it passes. */
export const realClock: Clock = {
	now: () => performance.now(),
	delay: (ms, signal) =>
		new Promise(resolve => {
			if (signal.aborted) {
				resolve();
				return;
			}
			const done = (): void => {
				clearTimeout(timer);
				signal.removeEventListener('abort', done);
				resolve();
			};
			const timer = setTimeout(done, ms);
			signal.addEventListener('abort', done);
		}),
};
