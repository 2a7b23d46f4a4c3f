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
	const run = async (ids: readonly number[]): Promise<void> => {
		results.push((await state.forward(ids)).slice());
	};
	const id = (index: number): number => (index * 7 + 3) % Math.min(vocabularySize, 200);
	await run([id(0), id(1), id(2), vocabularySize - 1, id(4)]);
	await run([id(5)]);
	state.truncate(3);
	await run([id(6), id(7)]);
	await run([id(8)]);
	return results;
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
