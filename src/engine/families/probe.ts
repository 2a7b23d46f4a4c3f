import { CachedState, type CacheStrategy, type DecoderGraph } from './decoderGraph';

/** Prefill, one token, truncation and a chunk on top: everything generation does with a decoder, in four small runs.
 * @returns the logits of each run
 * @throws GenerationError when the graph cannot do it */
export async function probeGraph(graph: DecoderGraph, strategy: CacheStrategy): Promise<readonly Float32Array[]> {
	const state = new CachedState(graph, graph.createCache(strategy));
	const results: Float32Array[] = [];
	const run = async (ids: readonly number[]): Promise<void> => {
		results.push((await state.forward(ids)).slice());
	};
	const id = (index: number): number => (index * 7 + 3) % Math.min(graph.layout.logitsWidth, 200);
	await run([id(0), id(1), id(2), id(3), id(4)]);
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
