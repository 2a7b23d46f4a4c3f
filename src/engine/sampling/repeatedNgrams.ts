/** Ids that would complete a sequence of `size` tokens that `ids` already has: those that followed earlier occurrences of the
 * last `size - 1` ids. With size 1 every id said so far. */
export function repeatedNgramEnds(ids: readonly number[], size: number): readonly number[] {
	const context = size - 1;
	const lastStart = ids.length - context;
	const ends: number[] = [];
	for (let start = 0; start < lastStart; start++) {
		let same = 0;
		while (same < context && ids[start + same] === ids[lastStart + same]) same++;
		if (same === context) ends.push(ids[start + context]!);
	}
	return ends;
}
