/** Long enough to be calm, short enough to notice a change. */
const windowMs = 5000;
const sampleMs = 100;

/** Bytes per second over the last five seconds. */
export class RateMeter {
	private readonly samples: { readonly at: number; readonly bytes: number }[] = [];

	constructor(private readonly now: () => number) {}

	/** Notes how many bytes there are in all and says how fast they come. */
	rate(bytes: number): number {
		const at = this.now();
		// What was there before the first sample, or was thrown away, did not come over the line.
		if (bytes < (this.samples.at(-1)?.bytes ?? 0)) this.samples.length = 0;
		const last = this.samples.at(-1);
		if (!last || at - last.at >= sampleMs) this.samples.push({ at, bytes });
		while (this.samples.length > 2 && at - this.samples[0]!.at > windowMs) this.samples.shift();
		const first = this.samples[0]!;
		return at > first.at ? ((bytes - first.bytes) * 1000) / (at - first.at) : 0;
	}
}
