/** Waiting time before the next start, in milliseconds, by how many crashes came before it. */
const backOffMs = [0, 500, 1000, 2000];
const mostCrashes = 5;
const windowMs = 180_000;

/** Decides whether and when a crashed engine starts again: at once after the first crash, later after the next ones, and not
 * at all after five in three minutes, because then it will crash again. */
export class RestartPolicy {
	private crashes: number[] = [];

	constructor(private readonly now: () => number) {}

	/** Notes a crash. The result is the wait before the next start in milliseconds, or undefined to give up. */
	afterCrash(): number | undefined {
		const now = this.now();
		this.crashes = [...this.crashes.filter(time => now - time < windowMs), now];
		if (this.crashes.length >= mostCrashes) return undefined;
		return backOffMs[Math.min(this.crashes.length, backOffMs.length) - 1];
	}

	/** Crashes that still count. */
	get recentCrashes(): number {
		return this.crashes.length;
	}

	/** Forgets all crashes: somebody asked for a new start. */
	reset(): void {
		this.crashes = [];
	}
}
