/** Tokens guessed at once: beyond this a run takes as long as what it can save. */
const longestDraft = 7;
/** A guess must promise this much, or noise decides. */
const leastGain = 1.1;

/**
 * How many guessed tokens to have checked in one run with the next one. It pays where a run of several tokens takes less time than
 * it saves, which depends on the device, the model and on how often guesses are right: both are measured while running.
 */
export class DraftPace {
	/** Time of a run that computes one token. */
	private singleMs = 0;
	/** What every further token of a run adds, as a share of that. Half is usual on CPUs, very little on GPUs. */
	private extraShare = 0.5;

	/** Notes that a run of `tokens` took `ms`. */
	note(tokens: number, ms: number): void {
		if (tokens === 1) this.singleMs = blend(this.singleMs || ms, ms);
		else if (this.singleMs > 0) this.extraShare = blend(this.extraShare, extraShareOf(ms / this.singleMs, tokens));
	}

	/** Length of the best draft when a guessed token is right with this probability, if those before it were; 0 when none pays. */
	bestLength(rightShare: number): number {
		if (this.singleMs === 0) return 0;
		let best = 0;
		let bestGain = leastGain;
		let expected = 1;
		let allRight = 1;
		for (let length = 1; length <= longestDraft; length++) {
			allRight *= rightShare;
			expected += allRight;
			const gain = expected / (1 + this.extraShare * length);
			if (gain > bestGain) [best, bestGain] = [length, gain];
		}
		return best;
	}
}

const blend = (old: number, found: number): number => 0.8 * old + 0.2 * found;

/** A pause of the machine is not what a token costs. */
const extraShareOf = (times: number, tokens: number): number => Math.min(2, Math.max(0.02, (times - 1) / (tokens - 1)));
