import { type Hypothesis } from './beamSearch';

/** A hypothesis that will not go on. */
export interface Finished extends Hypothesis {
	/** What hypotheses are ranked by: `total` over the length to the power of the length penalty. */
	readonly score: number;
	readonly reason: 'stop' | 'length';
}

/** The best finished hypotheses; among equals the one that finished first. */
export class FinishedHypotheses {
	private held: readonly Finished[] = [];

	constructor(
		private readonly most: number,
		private readonly lengthPenalty: number,
	) {}

	/** Best first. */
	get best(): readonly Finished[] {
		return this.held;
	}

	get isFull(): boolean {
		return this.held.length >= this.most;
	}

	/** -Infinity while there is none. */
	get worstScore(): number {
		return this.held.at(-1)?.score ?? -Infinity;
	}

	/** @param ending `length` in tokens, a stop token included */
	add(
		{ tokenIds, total, logProbability }: Hypothesis,
		{ reason, length }: { readonly reason: Finished['reason']; readonly length: number },
	): void {
		// Only an answer without any token has length 0, and then every length gives the same.
		const score = total / Math.max(1, length) ** this.lengthPenalty;
		const all = [...this.held, { tokenIds, total, logProbability, score, reason }];
		this.held = all.sort((one, other) => other.score - one.score).slice(0, this.most);
	}
}
