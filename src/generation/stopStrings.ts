/** What may be delivered, with the log probability of the tokens behind it. */
export interface Delivery {
	readonly text: string;
	readonly logProbability: number;
}

/** Lets text through up to the first stop string, and holds back an end that may still become one. Stop strings may cross
 * any number of tokens. */
export class StopStrings {
	private readonly stops: readonly string[];
	private held = '';
	private logProbability = 0;
	private found = false;

	constructor(stops: readonly string[]) {
		this.stops = stops.filter(stop => stop !== '');
	}

	/** A stop string has been seen; nothing more will be delivered. */
	get stopped(): boolean {
		return this.found;
	}

	/** Adds the text of one token, '' while a character is incomplete. */
	push(text: string, logProbability: number): Delivery | undefined {
		if (this.found) return undefined;
		this.held += text;
		this.logProbability += logProbability;
		const stopAt = this.firstStop();
		this.found = stopAt !== undefined;
		return this.deliver(stopAt ?? this.held.length - this.partialStop());
	}

	/** What was held back, when the text ends without a stop string. */
	flush(): Delivery | undefined {
		return this.found ? undefined : this.deliver(this.held.length);
	}

	private deliver(end: number): Delivery | undefined {
		if (end === 0) return undefined;
		const delivery = { text: this.held.slice(0, end), logProbability: this.logProbability };
		this.held = this.held.slice(end);
		this.logProbability = 0;
		return delivery;
	}

	/** Where the stop string begins that is complete first, so that the answer does not depend on how the text is cut. */
	private firstStop(): number | undefined {
		let start: number | undefined;
		let end = Infinity;
		for (const stop of this.stops) {
			const place = this.held.indexOf(stop);
			const isEarlier = place + stop.length < end || (place + stop.length === end && place < start!);
			if (place >= 0 && isEarlier) [start, end] = [place, place + stop.length];
		}
		return start;
	}

	/** Length of the longest end of the text that begins a stop string. */
	private partialStop(): number {
		const most = Math.min(this.held.length, Math.max(0, ...this.stops.map(stop => stop.length - 1)));
		for (let length = most; length > 0; length--) {
			const end = this.held.slice(-length);
			if (this.stops.some(stop => stop.startsWith(end))) return length;
		}
		return 0;
	}
}
