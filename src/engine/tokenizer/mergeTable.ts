import { randomInt } from 'node:crypto';
import { type TokenizerDefinition } from './definition';

/** Numbers of one entry: the two parts, the place in the list of merges, and the token that they become. */
const width = 4;
const free = -1;
const none = 0x7fff_ffff;

/**
 * The merges of a vocabulary by the ids of their two parts. One typed array with open addressing: a `Map` of the 150,000 merges of
 * a large vocabulary takes longer to fill than its model takes to load.
 */
export class MergeTable {
	private readonly entries: Int32Array;
	private readonly mask: number;
	/** Odd and of each table alone, so that no file can be written whose pairs all fall into one place. */
	private readonly leftFactor = randomInt(2 ** 31) * 2 + 1;
	private readonly rightFactor = randomInt(2 ** 31) * 2 + 1;
	private readonly shift: number;

	/** The first of two equal pairs counts; merges of tokens that are not ordinary ones are left out. */
	constructor(
		{ vocabulary, merges }: Pick<TokenizerDefinition, 'vocabulary' | 'merges'>,
		isOrdinary: (id: number) => boolean,
	) {
		const bits = Math.ceil(Math.log2(2 * merges.length + 2));
		const slots = 2 ** bits;
		this.mask = slots - 1;
		this.shift = 32 - bits;
		this.entries = new Int32Array(slots * width).fill(free);
		merges.forEach(([left, right], rank) => {
			const ids = [vocabulary.get(left), vocabulary.get(right), vocabulary.get(left + right)] as const;
			if (ids.every(id => id !== undefined && isOrdinary(id))) this.add(ids[0]!, ids[1]!, { rank, id: ids[2]! });
		});
	}

	/** Merges the parts in place, lowest rank first and leftmost among equals. Quadratic, so for short runs. */
	merge(parts: number[]): void {
		const ranks = parts.map((left, index) => this.rank(left, parts[index + 1]));
		for (;;) {
			let best = 0;
			for (let index = 1; index < ranks.length; index++) if (ranks[index]! < ranks[best]!) best = index;
			if (ranks.length < 2 || ranks[best] === none) return;
			parts[best] = this.entries[this.find(parts[best]!, parts[best + 1]!) + 3]!;
			parts.splice(best + 1, 1);
			ranks.splice(best + 1, 1);
			ranks[best] = this.rank(parts[best]!, parts[best + 1]);
			if (best > 0) ranks[best - 1] = this.rank(parts[best - 1]!, parts[best]);
		}
	}

	private rank(left: number, right: number | undefined): number {
		const at = right === undefined ? free : this.find(left, right);
		return at === free ? none : this.entries[at + 2]!;
	}

	private add(left: number, right: number, { rank, id }: { readonly rank: number; readonly id: number }): void {
		let slot = this.slotOf(left, right);
		for (; this.entries[slot * width] !== free; slot = (slot + 1) & this.mask)
			if (this.entries[slot * width] === left && this.entries[slot * width + 1] === right) return;
		const at = slot * width;
		this.entries[at] = left;
		this.entries[at + 1] = right;
		this.entries[at + 2] = rank;
		this.entries[at + 3] = id;
	}

	/** Where the entry of a pair begins; `free` when there is none. */
	private find(left: number, right: number): number {
		for (let slot = this.slotOf(left, right); ; slot = (slot + 1) & this.mask) {
			const at = slot * width;
			const found = this.entries[at];
			if (found === free) return free;
			if (found === left && this.entries[at + 1] === right) return at;
		}
	}

	private slotOf(left: number, right: number): number {
		return (Math.imul(left, this.leftFactor) + Math.imul(right, this.rightFactor)) >>> this.shift;
	}
}
