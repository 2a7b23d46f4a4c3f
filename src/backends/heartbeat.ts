import { type Disposable } from '../base';
import { type Device } from '../generation';
import { type Clock } from './clock';

const tickMs = 1000;
const ticksBetweenPings = 2;

/** How long an engine may say nothing, in seconds. On the CPU runs are kept under 250 ms, so six seconds are a hang and leave time to
 * have a new process within ten. A GPU's driver compiles its programs in one piece when a shape comes for the first time. */
export const patienceSeconds = (device: Device | 'remote'): number => (device === 'cpu' ? 6 : 30);

export interface HeartbeatOptions {
	readonly ping: () => void;
	/** Whether anyone waits for an answer; an engine that nobody waits for may sleep. */
	readonly isWaiting: () => boolean;
	/** Whole seconds without a word that count as a hang. */
	readonly patienceSeconds: number;
	/** Called once, when nothing was heard for so long, and up to a second more, while somebody waited. */
	readonly onHang: () => void;
}

/** Notices an engine process that lives but does not answer. It counts its own ticks instead of comparing times, so that a
 * machine that slept does not look like an engine that hung. */
export class Heartbeat implements Disposable {
	private heardSinceTick = false;
	private silentTicks = 0;
	private ticks = 0;
	private timer: Disposable | undefined;
	private ended = false;

	constructor(
		private readonly clock: Clock,
		private readonly options: HeartbeatOptions,
	) {}

	heard(): void {
		this.heardSinceTick = true;
	}

	/** Call it whenever calls began or ended. */
	update(): void {
		if (this.ended || this.timer || !this.options.isWaiting()) return;
		this.silentTicks = 0;
		this.ticks = 0;
		this.options.ping();
		this.schedule();
	}

	dispose(): void {
		this.ended = true;
		this.timer?.dispose();
	}

	private schedule(): void {
		this.timer = this.clock.after(tickMs, () => {
			this.timer = undefined;
			this.tick();
		});
	}

	private tick(): void {
		if (this.ended || !this.options.isWaiting()) return;
		this.silentTicks = this.heardSinceTick ? 0 : this.silentTicks + 1;
		this.heardSinceTick = false;
		if (this.silentTicks >= this.options.patienceSeconds) {
			this.dispose();
			this.options.onHang();
			return;
		}
		if (++this.ticks % ticksBetweenPings === 0) this.options.ping();
		this.schedule();
	}
}
