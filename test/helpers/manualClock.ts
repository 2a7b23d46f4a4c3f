import { toDisposable, type Disposable } from '../../src/base';
import { type Clock } from '../../src/backends';

/** Time that passes only when a test says so. */
export class ManualClock implements Clock {
	private time = 0;
	private readonly timers = new Set<{ readonly at: number; readonly callback: () => void }>();

	now(): number {
		return this.time;
	}

	after(ms: number, callback: () => void): Disposable {
		const timer = { at: this.time + ms, callback };
		this.timers.add(timer);
		return toDisposable(() => this.timers.delete(timer));
	}

	/** Lets time pass, timer by timer; between two everything that was waiting for a promise runs. */
	async advance(ms: number): Promise<void> {
		const end = this.time + ms;
		await settle();
		for (let next = this.next(end); next; next = this.next(end)) {
			this.timers.delete(next);
			this.time = next.at;
			next.callback();
			await settle();
		}
		this.time = end;
	}

	private next(end: number): { readonly at: number; readonly callback: () => void } | undefined {
		return [...this.timers].filter(timer => timer.at <= end).sort((one, other) => one.at - other.at)[0];
	}
}

/** Runs everything that only waits for promises and for messages that are on their way. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 6; turn++) await new Promise(resolve => setImmediate(resolve));
}
