import { type Clock } from '../../../src/completions';

interface Timer {
	readonly at: number;
	readonly fire: () => void;
}

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
	private time = 1000;
	private timers: Timer[] = [];
	/** Every wait that was asked for, in ms. */
	readonly delays: number[] = [];

	now(): number {
		return this.time;
	}

	delay(ms: number, signal: AbortSignal): Promise<void> {
		this.delays.push(ms);
		if (signal.aborted) return Promise.resolve();
		return new Promise(resolve => {
			const timer: Timer = {
				at: this.time + ms,
				fire: () => {
					signal.removeEventListener('abort', timer.fire);
					this.timers = this.timers.filter(other => other !== timer);
					resolve();
				},
			};
			this.timers.push(timer);
			signal.addEventListener('abort', timer.fire, { once: true });
		});
	}

	/** Lets `ms` pass, one timer after the other, and everything that follows from each. */
	async advance(ms: number): Promise<void> {
		const end = this.time + ms;
		await settle();
		for (;;) {
			const due = this.timers.filter(timer => timer.at <= end).sort((first, second) => first.at - second.at)[0];
			if (!due) break;
			this.time = Math.max(this.time, due.at);
			due.fire();
			await settle();
		}
		this.time = end;
	}
}

/** Runs all promise callbacks that are due, and those they cause. */
export function settle(): Promise<void> {
	return new Promise(resolve => setImmediate(resolve));
}
