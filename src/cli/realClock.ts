import { type Clock } from '../completions';

/** Time as it passes. */
export const realClock: Clock = {
	now: () => performance.now(),
	delay: (ms, signal) =>
		new Promise(resolve => {
			const done = (): void => {
				clearTimeout(timer);
				signal.removeEventListener('abort', done);
				resolve();
			};
			const timer = setTimeout(done, signal.aborted ? 0 : ms);
			signal.addEventListener('abort', done);
		}),
};
