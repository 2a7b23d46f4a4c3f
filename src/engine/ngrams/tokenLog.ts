/** Context lengths, in tokens, with a chain of their own: the longest one that has entries leads to the best matches. */
const chainLengths = [8, 4, 2] as const;
/** Longest match that is told apart; whatever matches so far is as sure as it gets. */
export const longestMatch = 64;
/** Entries of one chain that are looked at, latest first. Bounds a look-up to some microseconds. */
const mostVisits = 24;
/** Stands between documents and where one was forgotten. No context has it, so no match crosses it. */
const gap = -1;

/** Told about an earlier place with the same tokens before it: what came next there, how many tokens match, and where. */
export type OnMatch = (follower: number, length: number, position: number) => void;

/** Token ids of which only the ones before `end` count. */
export interface Context {
	readonly tokens: Int32Array;
	readonly end: number;
}

/**
 * A ring of token ids that finds where the end of a context has occurred before, however long the match is (suffix matching
 * as in PPM* and LZ77, whose chains it uses). Positions count up for ever; what the ring has overwritten or a caller has
 * erased is never found again. Memory is 16 bytes a token of capacity, most of it touched only when it is used.
 */
export class TokenLog {
	private readonly tokens: Int32Array;
	private readonly mask: number;
	private readonly chains: readonly Chain[];
	/** Position 0 means "none" in the chains. */
	private head = 1;

	/** @param capacity in tokens, a power of two */
	constructor(readonly capacity: number) {
		if (capacity < 1024 || (capacity & (capacity - 1)) !== 0) throw new Error('the capacity is not a power of two');
		this.tokens = new Int32Array(capacity);
		this.mask = capacity - 1;
		this.chains = chainLengths.map(length => new Chain(length, capacity));
	}

	/** Where the next token will stand. */
	get end(): number {
		return this.head;
	}

	/** The first position that is not overwritten yet. */
	get start(): number {
		return Math.max(1, this.head - this.capacity);
	}

	/** Appends tokens that follow those appended before, until `close`. */
	append(ids: Iterable<number>): void {
		for (const id of ids) this.push(id);
	}

	/** Ends a document: nothing that comes later follows it. */
	close(): void {
		this.push(gap);
	}

	/** Makes the tokens from `start` to before `end` unfindable. */
	erase(start: number, end: number): void {
		for (let position = Math.max(start, this.start); position < end; position++)
			this.tokens[position & this.mask] = gap;
	}

	/** A copy of the tokens from `start` to before `end`. */
	slice(start: number, end: number): Int32Array {
		return Int32Array.from({ length: end - start }, (_, index) => this.tokens[(start + index) & this.mask]!);
	}

	/** Reports earlier places whose tokens match the end of the context, longest chains first, latest first in each. */
	findMatches({ tokens, end }: Context, onMatch: OnMatch): void {
		const { start } = this;
		let tooLong = Infinity;
		for (const chain of this.chains) {
			if (end >= chain.length) {
				let position = chain.latest(tokens, end);
				for (let visits = 0; visits < mostVisits && position >= start; visits++) {
					const follower = this.tokens[position & this.mask]!;
					const length = follower === gap ? 0 : this.matchLength(tokens, end, position);
					// What matches longer was met in the chain before.
					if (length >= chain.length && length < tooLong) onMatch(follower, length, position);
					position = chain.before(position);
				}
			}
			tooLong = chain.length;
		}
	}

	private push(id: number): void {
		const position = this.head++;
		this.tokens[position & this.mask] = id;
		if (id === gap) return;
		const room = this.roomBefore(position);
		for (const chain of this.chains) if (chain.length <= room) chain.add(this.tokens, position);
	}

	/** Tokens of the same document before a position, as far as chains care. */
	private roomBefore(position: number): number {
		let room = 0;
		while (room < chainLengths[0] && position - room > 1 && this.tokens[(position - room - 1) & this.mask]! !== gap)
			room++;
		return room;
	}

	private matchLength(context: Int32Array, end: number, position: number): number {
		const most = Math.min(longestMatch, end, position - this.start);
		let length = 0;
		while (length < most) {
			const token = context[end - 1 - length]!;
			// The beginnings of two texts are not the same text.
			if (token === gap || token !== this.tokens[(position - 1 - length) & this.mask]) break;
			length++;
		}
		return length;
	}
}

/** Positions by the hash of the `length` tokens before them, each linked to the one before with the same hash. */
class Chain {
	private readonly heads: Int32Array;
	private readonly previous: Int32Array;
	private readonly mask: number;
	private readonly shift: number;

	constructor(
		readonly length: number,
		capacity: number,
	) {
		this.previous = new Int32Array(capacity);
		this.heads = new Int32Array(capacity / 4);
		this.mask = capacity - 1;
		this.shift = 32 - Math.log2(this.heads.length);
	}

	add(ring: Int32Array, position: number): void {
		const slot = this.hash(ring, position, this.mask);
		this.previous[position & this.mask] = this.heads[slot]!;
		this.heads[slot] = position;
	}

	/** The latest position with the hash of the context's end, 0 when there is none. */
	latest(context: Int32Array, end: number): number {
		return this.heads[this.hash(context, end, -1)]!;
	}

	/** The next older position with the same hash, 0 when there is none. */
	before(position: number): number {
		const earlier = this.previous[position & this.mask]!;
		// The slot may have been taken over by a position that is younger.
		return earlier < position ? earlier : 0;
	}

	private hash(tokens: Int32Array, end: number, mask: number): number {
		let hash = this.length;
		for (let back = 1; back <= this.length; back++) {
			hash = Math.imul(hash ^ tokens[(end - back) & mask]!, 0x9e3779b1);
			hash ^= hash >>> 15;
		}
		return Math.imul(hash, 0x85ebca6b) >>> this.shift;
	}
}
