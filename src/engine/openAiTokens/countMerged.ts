/** Ranks of byte sequences, each byte a character from U+0000 to U+00FF. */
export type ByteRanks = ReadonlyMap<string, number>;

/** The ranks of a vocabulary in tiktoken's notation: lines of `! first token token ...`, tokens in base64, ranks counted on. */
export function readByteRanks(notation: string): ByteRanks {
	const ranks = new Map<string, number>();
	for (const line of notation.split('\n')) {
		const [, first, ...tokens] = line.split(' ');
		tokens.forEach((token, index) => ranks.set(Buffer.from(token, 'base64').toString('latin1'), Number(first) + index));
	}
	return ranks;
}

/**
 * How many tokens a piece has: of two neighbours whose bytes together are a token, the pair of the lowest rank is merged first, the
 * leftmost of equals, until none is left. Takes n log n steps for n bytes, so that no text is too long for it.
 * @param piece bytes as characters
 */
export function countMerged(piece: string, ranks: ByteRanks): number {
	const parts = new Parts(piece, ranks);
	const queue = new PairQueue();
	for (let at = 0; at < piece.length; at++) queue.push(parts.rankAfter(at), at);
	let count = piece.length;
	for (let pair = queue.pop(); pair; pair = queue.pop()) {
		// What was queued before a merge beside it is out of date.
		if (parts.rankAfter(pair.at) !== pair.rank) continue;
		const before = parts.merge(pair.at);
		count--;
		queue.push(parts.rankAfter(pair.at), pair.at);
		if (before !== undefined) queue.push(parts.rankAfter(before), before);
	}
	return count;
}

/** A piece in parts that are named by where they begin. */
class Parts {
	private readonly next: Int32Array;
	private readonly previous: Int32Array;

	constructor(
		private readonly piece: string,
		private readonly ranks: ByteRanks,
	) {
		this.next = Int32Array.from({ length: piece.length }, (_, at) => at + 1);
		this.previous = Int32Array.from({ length: piece.length }, (_, at) => at - 1);
	}

	/** The rank of a part together with the one after it; undefined when they are no token, or the part is none any more. */
	rankAfter(at: number): number | undefined {
		const middle = this.next[at] ?? 0;
		if (middle === 0 || middle >= this.piece.length) return undefined;
		return this.ranks.get(this.piece.slice(at, this.next[middle]));
	}

	/** Makes a part and the one after it one; returns the part before them. */
	merge(at: number): number | undefined {
		const gone = this.next[at]!;
		const after = this.next[gone]!;
		this.next[at] = after;
		this.next[gone] = 0;
		if (after < this.piece.length) this.previous[after] = at;
		const before = this.previous[at]!;
		return before < 0 ? undefined : before;
	}
}

/** Pieces are shorter than this, in bytes, and ranks lower than 2^28, so that a rank and a place are one safe integer. */
const placeSpace = 2 ** 25;

/** Pairs by rank, then by place: a binary heap of numbers. */
class PairQueue {
	private readonly heap: number[] = [];

	push(rank: number | undefined, at: number): void {
		if (rank === undefined) return;
		const { heap } = this;
		const key = rank * placeSpace + at;
		let index = heap.push(key) - 1;
		for (let parent = (index - 1) >> 1; index > 0 && heap[parent]! > key; parent = (index - 1) >> 1) {
			heap[index] = heap[parent]!;
			index = parent;
		}
		heap[index] = key;
	}

	pop(): { readonly rank: number; readonly at: number } | undefined {
		const { heap } = this;
		const first = heap[0];
		const last = heap.pop();
		if (first === undefined || last === undefined) return undefined;
		if (heap.length > 0) this.sink(last);
		return { rank: Math.floor(first / placeSpace), at: first % placeSpace };
	}

	private sink(key: number): void {
		const { heap } = this;
		let index = 0;
		for (let child = 1; child < heap.length; child = 2 * index + 1) {
			if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
			if (heap[child]! >= key) break;
			heap[index] = heap[child]!;
			index = child;
		}
		heap[index] = key;
	}
}
