import { type Log } from '../../base';
import { type InspectedModel } from '../../models';
import { weightBytes } from '../memoryCheck';
import { ThreadFiles } from '../proofs';
import { type ModelFamily } from './family';
import { loadFamily, subjectOf, type LoadedFamily, type LoadFamilyOptions } from './loadFamily';

/** Tokens that are read and written for a measurement: about what a suggestion is. */
const work = { read: 64, written: 16 } as const;
/** The first warms up; of the others the best counts, because a disturbance only adds time. */
const rounds = 3;
/** Fewer threads have to be so much faster: the others may only have been disturbed. */
const clearlyFaster = 0.95;

/** A larger model would take too long to be loaded three times, and is bound by memory. */
const mostTriedBytes = 2 ** 30;

export interface FastestThreadsOptions extends Omit<LoadFamilyOptions, 'threads' | 'device'> {
	/** Threads that may be used. */
	readonly most: number;
	readonly proofsFolder: string;
}

/**
 * Loads a decoder on the CPU with as many threads as its suggestions are fastest with: all, or half of them. Processors with small
 * cores beside large ones are often faster with the large ones only, and a small model gains nothing from its eighth thread. The
 * first time it is loaded with both, one after the other, and the answer is kept.
 * @throws GenerationError as `loadFamily` does
 */
export async function loadWithFastestThreads(
	model: InspectedModel,
	{ most, proofsFolder }: FastestThreadsOptions,
	log: Log,
): Promise<LoadedFamily & { readonly threads: number }> {
	const load = (threads: number): Promise<LoadedFamily> =>
		loadFamily(model, { device: 'cpu', threads, proofsFolder }, log);
	const files = new ThreadFiles(proofsFolder, log);
	const subject = subjectOf(model);
	const known = await files.read(subject, most);
	if (known !== undefined) return { ...(await load(known)), threads: known };
	if ((await weightBytes(model)) > mostTriedBytes) return { ...(await load(most)), threads: most };
	const threads = await measure(load, most, log);
	await files.write(subject, most, threads);
	return { ...(await load(threads)), threads };
}

async function measure(load: (threads: number) => Promise<LoadedFamily>, most: number, log: Log): Promise<number> {
	const withAll = await suggestionMs(await load(most));
	const half = Math.ceil(most / 2);
	const withHalf = await suggestionMs(await load(half));
	const threads = withHalf < withAll * clearlyFaster ? half : most;
	log.info(
		`A suggestion takes ${withAll.toFixed(0)} ms with ${most} threads and ${withHalf.toFixed(0)} ms with ${half}: using ${threads}.`,
	);
	return threads;
}

/** Milliseconds for reading and writing tokens; the model is released then. */
async function suggestionMs({ family, release }: LoadedFamily): Promise<number> {
	try {
		let best = Infinity;
		for (let round = 0; round <= rounds; round++) {
			const ms = await timed(family);
			if (round > 0) best = Math.min(best, ms);
		}
		return best;
	} finally {
		await release();
	}
}

async function timed(family: ModelFamily): Promise<number> {
	// Small ids are in every vocabulary.
	const ids = Array.from({ length: work.read }, (_, index) => 3 + (index % 90));
	const state = family.createState(family.plan(ids, []));
	const startedAt = performance.now();
	await state.forward(ids);
	for (let written = 0; written < work.written; written++) await state.forward([3 + written]);
	const ms = performance.now() - startedAt;
	state.dispose?.();
	return ms;
}
