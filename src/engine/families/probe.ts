import { GenerationError } from '../../generation';
import { CachedState, type CacheStrategy, type DecoderGraph } from './decoderGraph';
import { type DecodingState } from './family';

/** Does with a fresh decoder what generation does: see `probeState`. */
export function probeGraph(
	graph: DecoderGraph,
	strategy: CacheStrategy,
	vocabularySize: number,
): Promise<readonly Float32Array[]> {
	return probeState(new CachedState(graph, graph.createCache(strategy)), vocabularySize);
}

/**
 * Several tokens, one, a truncation and a chunk on top, in four small runs. The last id of the vocabulary is among them, so that
 * a graph for fewer ids fails now and not in the middle of a text.
 * @returns the logits of each run
 * @throws GenerationError when the graph cannot do it
 */
export async function probeState(state: DecodingState, vocabularySize: number): Promise<readonly Float32Array[]> {
	const results: Float32Array[] = [];
	for (const { keep, ids } of probeRuns(vocabularySize)) {
		state.truncate(keep);
		results.push((await state.forward(ids)).slice());
	}
	return results;
}

/** Ids to run, after all but the first `keep` were forgotten. */
function probeRuns(vocabularySize: number): readonly { readonly keep: number; readonly ids: readonly number[] }[] {
	const id = (index: number): number => (index * 7 + 3) % Math.min(vocabularySize, 200);
	return [
		{ keep: 0, ids: [id(0), id(1), id(2), vocabularySize - 1, id(4)] },
		{ keep: 5, ids: [id(5)] },
		{ keep: 3, ids: [id(6), id(7)] },
		{ keep: 5, ids: [id(8)] },
	];
}

/** Compares a cache that stays on the device with no cache at all: the same graph computes everything that came before in one run.
 * @throws GenerationError when the numbers differ or the graph cannot do it */
export async function proveOnDevice(graph: DecoderGraph, vocabularySize: number): Promise<void> {
	const create = (): CachedState => new CachedState(graph, graph.createCache('on the device'));
	const cached = create();
	const found = await probeState(cached, vocabularySize);
	cached.dispose();
	let held: readonly number[] = [];
	for (const [index, { keep, ids }] of probeRuns(vocabularySize).entries()) {
		held = [...held.slice(0, keep), ...ids];
		const whole = create();
		const distance = distanceOf(found[index]!, await whole.forward(held));
		whole.dispose();
		if (distance >= deviceLimit || Number.isNaN(distance))
			throw new GenerationError(
				'unsupportedModel',
				`the cache on the device gives other numbers (${distance.toFixed(3)})`,
			);
	}
}

/** Devices add in another order for runs of other lengths, some with 16-bit numbers. */
const deviceLimit = 0.03;

/** How far two rows are apart, as a share of the length of the second. */
export function distanceOf(found: Float32Array, expected: Float32Array): number {
	if (found.length !== expected.length) return Infinity;
	let difference = 0;
	let size = 0;
	for (let index = 0; index < expected.length; index++) {
		difference += (found[index]! - expected[index]!) ** 2;
		size += expected[index]! ** 2;
	}
	return Math.sqrt(difference / Math.max(size, 1e-12));
}

/** Same numbers up to rounding. Stale or missing cache rows are off by much more. */
export function sameNumbers(found: Float32Array, expected: Float32Array): boolean {
	let scale = 0;
	let difference = 0;
	for (let index = 0; index < expected.length; index++) {
		scale = Math.max(scale, Math.abs(expected[index]!));
		difference = Math.max(difference, Math.abs(expected[index]! - found[index]!));
	}
	return found.length === expected.length && difference <= 1e-3 * Math.max(scale, 1);
}
