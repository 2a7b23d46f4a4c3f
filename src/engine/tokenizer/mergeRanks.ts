/** A token that merging reaches from its own bytes, and the place of its last merge in the list. */
export interface RankedToken {
	readonly token: string;
	readonly id: number;
	readonly rank: number;
}

/**
 * Ranks under which "merge the adjacent pair whose concatenation ranks lowest" (tiktoken) gives the same tokens as applying the
 * list of merges in order (Hugging Face). Only tokens that their own bytes merge into get a rank. Why this is exact: whenever
 * two neighbours x, y arise in any text, no merge has crossed their outer edges, so the text between these edges has evolved as
 * it does alone. Alone, a ranked token t ends in one pair (a, b), which is a merge; so x + y = t implies (x, y) = (a, b). And
 * when (x, y) is a merge, x + y alone passes through the same pair and ends as one token, so it has this merge's rank.
 */
export function rankTokens(vocabulary: ReadonlyMap<string, number>, table: MergeTable): readonly RankedToken[] {
	const ranked: RankedToken[] = [];
	for (const [token, id] of vocabulary) {
		const rank = lastMerge(token, vocabulary, table);
		if (rank !== undefined) ranked.push({ token, id, rank });
	}
	return ranked.sort((first, second) => first.rank - second.rank || first.id - second.id);
}

/** Merges by the ids of their two parts, see `pairKey`. */
export type MergeTable = ReadonlyMap<number, Merge>;

interface Merge {
	/** Place in the list; lower merges first. */
	readonly rank: number;
	/** Id of the result. */
	readonly id: number;
}

const idSpace = 2 ** 21;

function pairKey(left: number, right: number): number {
	return left * idSpace + right;
}

/** Reads the list of merges. The first of two equal pairs counts; merges of unknown tokens are left out. */
export function mergeTable(
	vocabulary: ReadonlyMap<string, number>,
	merges: readonly (readonly [string, string])[],
): MergeTable {
	const table = new Map<number, Merge>();
	merges.forEach(([left, right], rank) => {
		const [leftId, rightId, id] = [vocabulary.get(left), vocabulary.get(right), vocabulary.get(left + right)];
		if (leftId === undefined || rightId === undefined || id === undefined) return;
		const key = pairKey(leftId, rightId);
		if (!table.has(key)) table.set(key, { rank, id });
	});
	return table;
}

/** Merges the parts in place, lowest rank first and leftmost among equals, and returns the rank of the last merge. Quadratic. */
export function mergeParts(parts: number[], table: MergeTable): number | undefined {
	let last: number | undefined;
	while (parts.length > 1) {
		let best: Merge | undefined;
		let position = 0;
		for (let index = 0; index + 1 < parts.length; index++) {
			const merge = table.get(pairKey(parts[index]!, parts[index + 1]!));
			if (merge && (!best || merge.rank < best.rank)) {
				best = merge;
				position = index;
			}
		}
		if (!best) break;
		parts[position] = best.id;
		parts.copyWithin(position + 1, position + 2);
		parts.pop();
		last = best.rank;
	}
	return last;
}

/** No vocabulary needs longer tokens than this, and the check is quadratic. */
const maxTokenLength = 512;

/** The rank of the merge that completes a token, -1 for a single byte, undefined when its bytes do not merge into it. */
function lastMerge(token: string, vocabulary: ReadonlyMap<string, number>, table: MergeTable): number | undefined {
	if (token.length === 1) return -1;
	if (token.length > maxTokenLength) return undefined;
	const parts: number[] = [];
	for (const character of token) {
		const id = vocabulary.get(character);
		if (id === undefined) return undefined;
		parts.push(id);
	}
	const rank = mergeParts(parts, table);
	return parts.length === 1 ? rank : undefined;
}
