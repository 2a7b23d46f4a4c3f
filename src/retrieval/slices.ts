/** How long work may hold the thread, and what lets others go on. */
export interface Slicing {
	readonly now: () => number;
	/** Resolves after everything else that waits had its turn. */
	readonly pause: () => Promise<void>;
	readonly sliceMs: number;
}

/** Runs steps of work in slices: after `sliceMs` everybody else has a turn. Ends early when aborted. */
export async function runInSlices(steps: Iterable<void>, slicing: Slicing, signal: AbortSignal): Promise<void> {
	let until = slicing.now() + slicing.sliceMs;
	const iterator = steps[Symbol.iterator]();
	while (!signal.aborted && !iterator.next().done) {
		if (slicing.now() < until) continue;
		await slicing.pause();
		until = slicing.now() + slicing.sliceMs;
	}
}
