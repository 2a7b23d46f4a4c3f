/** How long work may hold the thread, and what lets others go on. */
export interface Slicing {
	readonly now: () => number;
	/** Resolves after everything else that waits had its turn. */
	readonly pause: () => Promise<void>;
	readonly sliceMs: number;
}

/** How long indexing may hold a thread that it shares, and how long it lets go: half of the time is for others. */
const sharedSliceMs = 8;

/** Slices for the extension host, which every extension shares. */
export const sharedSlicing: Slicing = {
	now: () => performance.now(),
	pause: () => new Promise(resolve => setTimeout(resolve, sharedSliceMs)),
	sliceMs: sharedSliceMs,
};

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
