/** Where a match was found: in the request itself, in open or recently edited documents, in the rest of the workspace. */
export const sources = ['here', 'near', 'far'] as const;
export type Source = (typeof sources)[number];

/** Least match length, in tokens, of each class. */
export const lengthClasses = [1, 2, 3, 4, 6, 9, 13, 21, 33] as const;
/** Sources by classes, each apart for "every follower is the same" and "followers differ". */
export const classCount = sources.length * lengthClasses.length;

const classOfLength = Uint8Array.from({ length: lengthClasses.at(-1)! + 1 }, (_, length) =>
	Math.max(
		0,
		lengthClasses.findLastIndex(least => least <= length),
	),
);
const mostMatches = 256;

/** What matches say about the next token: each match is a vote for its follower, of the class of its source and length. */
export class Evidence {
	private readonly followers = new Int32Array(mostMatches);
	private readonly classes = new Uint8Array(mostMatches);
	/** Votes of each class, their first follower, and whether another one contradicts it. */
	private readonly counts = new Float64Array(classCount);
	private readonly firsts = new Int32Array(classCount);
	private readonly isMixed = new Uint8Array(classCount);
	private votes = 0;

	get count(): number {
		return this.votes;
	}

	clear(): void {
		this.votes = 0;
		this.counts.fill(0);
		this.isMixed.fill(0);
	}

	/** @param length tokens that match, at least 1 */
	add(source: Source, follower: number, length: number): void {
		if (this.votes === mostMatches) return;
		const last = lengthClasses.length - 1;
		const kind = sources.indexOf(source) * lengthClasses.length + (classOfLength[length] ?? last);
		if (this.counts[kind] === 0) this.firsts[kind] = follower;
		else if (this.firsts[kind] !== follower) this.isMixed[kind] = 1;
		this.counts[kind]!++;
		this.classes[this.votes] = kind;
		this.followers[this.votes++] = follower;
	}

	followerAt(index: number): number {
		return this.followers[index]!;
	}

	/** Class of a vote: below `classCount` where the votes of its source and length agree, above where they differ. */
	classAt(index: number): number {
		const kind = this.classes[index]!;
		return this.isMixed[kind] ? kind + classCount : kind;
	}

	/** Votes that share this vote's source and length. */
	countAt(index: number): number {
		return this.counts[this.classes[index]!]!;
	}
}
