/**
 * Longest piece that is merged at once at all. Up to here ids are exact. Longer unbroken runs are cut from their start into
 * pieces of at most this size: they still decode to the same text, but tokens do not cross the cuts, so a run of 1,000 equal
 * signs may take a few more tokens than the model saw in training. Rulers of 128 dashes and Chinese clauses of 42 characters
 * stay whole.
 */
export const maxRunBytes = 128;

/** Cuts a piece into runs of at most `maxRunBytes`, never inside a character. */
export function boundedRuns(piece: string): readonly string[] {
	if (piece.length * 3 <= maxRunBytes || Buffer.byteLength(piece) <= maxRunBytes) return [piece];
	const runs: string[] = [];
	let start = 0;
	let bytes = 0;
	for (let index = 0; index < piece.length;) {
		const codePoint = piece.codePointAt(index)!;
		const size = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
		if (bytes + size > maxRunBytes) {
			runs.push(piece.slice(start, index));
			[start, bytes] = [index, 0];
		}
		bytes += size;
		index += codePoint < 0x10000 ? 1 : 2;
	}
	runs.push(piece.slice(start));
	return runs;
}
