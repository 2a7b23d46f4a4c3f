import { toDisposable, type Disposable } from '../base';

/** Time as a backend sees it; tests bring their own. */
export interface Clock {
	/** Milliseconds from any origin, never going back. */
	now(): number;
	/** Calls back once after `ms`, unless disposed before. */
	after(ms: number, callback: () => void): Disposable;
}

/** The machine's own time. Its timers never keep the process alive. */
export const systemClock: Clock = {
	now: () => performance.now(),
	after: (ms, callback) => {
		const timer = setTimeout(callback, ms);
		timer.unref();
		return toDisposable(() => clearTimeout(timer));
	},
};
