import { type DecodingState } from './family';

/** Feeds tokens one a run, for graphs that take no more; a run that fails takes those before it back.
 * @param run feeds one token and returns the logits after it
 * @throws what `run` throws */
export async function feedOneByOne(
	state: DecodingState,
	ids: readonly number[],
	run: (id: number) => Promise<Float32Array>,
): Promise<Float32Array> {
	const before = state.length;
	let logits: Float32Array | undefined;
	try {
		for (const id of ids) logits = await run(id);
	} catch (error) {
		state.truncate(before);
		throw error;
	}
	if (!logits) throw new Error('no tokens to feed');
	return logits;
}
