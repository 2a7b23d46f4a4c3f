import { type Disposable } from '../base';
import { type Clock } from './clock';

const tickMs = 1000;
const ticksBetweenPings = 2;
/** Runs are kept under 250 ms, so this long is a hang; it leaves time to have a new process within ten seconds. */
const mostSilentTicks = 6;

export interface HeartbeatOptions {
	readonly ping: () => void;
	/** Whether anyone waits for an answer; an engine that nobody waits for may sleep. */
	readonly isWaiting: () => boolean;
	/** Called once, when nothing was heard for six to seven seconds while somebody waited. */
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
		if (this.silentTicks >= mostSilentTicks) {
			this.dispose();
			this.options.onHang();
			return;
		}
		if (++this.ticks % ticksBetweenPings === 0) this.options.ping();
		this.schedule();
	}
}
