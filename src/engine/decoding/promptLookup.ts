/** Tokens that must agree before what followed them elsewhere is worth a guess. */
const agreeing = 3;

/**
 * Guesses the next tokens of an answer by what followed its last three tokens earlier, in the prompt or in the answer itself:
 * texts that are edited, translated or summarized come back in pieces. Appending and looking up take constant time.
 * Source: prompt lookup decoding, Saxena 2023.
 */
export class PromptLookup {
	private readonly ids: number[] = [];
	/** Where the latest of a group of three tokens ended, by a hash of it: the index of what followed. */
	private readonly followers = new Map<number, number>();
	/** What followed where the last guess came from; goes on from there as long as that keeps being right. */
	private source = 0;

	constructor(prompt: readonly number[]) {
		for (const id of prompt) this.push(id);
	}

	/** A token that is certain: of the prompt, or of the answer. */
	push(id: number): void {
		const { ids } = this;
		const followed = this.source > 0 && ids[this.source] === id;
		// What this group led to is known only now, so that a lookup never finds the end it starts from.
		if (ids.length >= agreeing) this.followers.set(this.hashBefore(ids.length), ids.length);
		ids.push(id);
		this.source = followed ? this.source + 1 : this.find();
	}

	/** At most `count` tokens; fewer, or none, where nothing like the end was there before. */
	guess(count: number): readonly number[] {
		return this.source > 0 ? this.ids.slice(this.source, this.source + count) : [];
	}

	private find(): number {
		const { ids } = this;
		if (ids.length < agreeing) return 0;
		const found = this.followers.get(this.hashBefore(ids.length));
		if (found === undefined) return 0;
		for (let back = 1; back <= agreeing; back++) if (ids[found - back] !== ids[ids.length - back]) return 0;
		return found;
	}

	/** Two groups may have the same hash: whoever looks one up compares the tokens. */
	private hashBefore(end: number): number {
		let hash = 0;
		for (let index = end - agreeing; index < end; index++) hash = (Math.imul(hash, 0x9e3779b1) + this.ids[index]!) | 0;
		return hash;
	}
}
