/** Whole numbers of 32 bits from a seed: xorshift128 (Marsaglia 2003), seeded by FNV-1a. Fast, and the same everywhere. */
export function seededRandom(seed: string): () => number {
	let hash = 2166136261;
	for (const character of seed) hash = Math.imul(hash ^ character.codePointAt(0)!, 16777619);
	let [x, y, z, w] = [hash | 1, 362436069, 521288629, 88675123];
	return () => {
		const t = x ^ (x << 11);
		[x, y, z] = [y, z, w];
		w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
		return w >>> 0;
	};
}
