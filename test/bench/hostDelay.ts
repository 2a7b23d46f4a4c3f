import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 1;

/** How late timers of this process fire while `work` runs: what a user feels as a stutter. Milliseconds. */
export async function hostDelayDuring(
	work: () => Promise<unknown>,
): Promise<{ readonly p99: number; readonly max: number }> {
	const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
	histogram.enable();
	try {
		await work();
	} finally {
		histogram.disable();
	}
	// The histogram holds the time between two firings, so the interval asked for is in every value.
	const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);
	return { p99: late(histogram.percentile(99)), max: late(histogram.max) };
}
