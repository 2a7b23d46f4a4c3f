const largestChunk = 128;
const smallestChunk = 8;
const targetMs = 200;

/** How many prompt tokens to compute in one run. A run cannot be interrupted, so its length is how long a cancel or a
 * keystroke may have to wait: about 200 ms at most, measured while running. */
export class PrefillPace {
	private msPerToken = 0;

	get chunkTokens(): number {
		if (this.msPerToken === 0) return largestChunk / 2;
		const fitting = targetMs / this.msPerToken;
		let chunk = largestChunk;
		// Few different sizes, so that the same prompt is cut the same way and gives the same numbers.
		while (chunk > smallestChunk && chunk > fitting) chunk /= 2;
		return chunk;
	}

	/** Notes that `tokens` took `ms`. Short runs say little: their fixed costs count too much. */
	note(tokens: number, ms: number): void {
		if (tokens < smallestChunk) return;
		const measured = ms / tokens;
		this.msPerToken = this.msPerToken === 0 ? measured : 0.6 * this.msPerToken + 0.4 * measured;
	}
}
