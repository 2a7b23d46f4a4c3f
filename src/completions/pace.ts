import { type CompletionSettings } from './settings';

const rememberedGaps = 16;
/** A longer gap is a pause to think, not rhythm. */
const longestGapMs = 1000;
/** Share of a new measurement in the running mean of response times. */
const responseShare = 0.3;
/** Keystrokes over which requests are counted. */
const countedKeystrokes = 60;
/** Fewer say nothing. */
const leastCounted = 30;
/** Share of keystrokes that led to a request from which on the wait is the longest: suggestions are seldom what is typed. */
const largeShare = 0.09;
/** So many suggestions running that were shown and not taken, and the model rests until one is. */
const passedOverForRest = 6;
/** Whoever pauses for so long may be waiting for an idea: even a model that rests is asked then. */
const pauseMs = 700;

/** How long to wait before asking the model, and whether that is so long because its suggestions were not taken. */
export interface Wait {
	readonly ms: number;
	readonly isRest: boolean;
}

/**
 * How long to wait before asking the model. Most keystrokes are followed by another at once, whose request would only throw the
 * first away: waiting a little longer than the usual gap skips those, and the slower the model, the more a wrong start costs.
 */
export class Pace {
	private readonly gaps: number[] = [];
	private lastAt: number | undefined;
	private responseMs: number | undefined;
	private skipNext = false;
	/** For each of the last keystrokes, whether the model was asked. */
	private readonly asked: boolean[] = [];
	/** Suggestions that were shown since one was last taken. */
	private passedOver = 0;

	/** A keystroke at a clock time in ms. */
	noteKeystroke(now: number): void {
		this.asked.push(false);
		if (this.asked.length > countedKeystrokes) this.asked.shift();
		const gap = this.lastAt === undefined ? Infinity : now - this.lastAt;
		this.lastAt = now;
		if (gap > longestGapMs) return;
		this.gaps.push(gap);
		if (this.gaps.length > rememberedGaps) this.gaps.shift();
	}

	/** The model was asked after the last keystroke. */
	noteRequest(): void {
		if (this.asked.length > 0) this.asked[this.asked.length - 1] = true;
	}

	/** The model took this long from the request to an answer. */
	noteResponse(ms: number): void {
		this.responseMs = this.responseMs === undefined ? ms : this.responseMs + responseShare * (ms - this.responseMs);
	}

	/** A suggestion was shown, and was taken or was not what was typed. */
	noteUptake(taken: boolean): void {
		this.passedOver = taken ? 0 : this.passedOver + 1;
	}

	/** The next wait is none: a suggestion was just accepted, and what follows is wanted at once. */
	skipOnce(): void {
		this.skipNext = true;
	}

	/** The wait after a keystroke that left `linePrefix` before the cursor, or deleted something. */
	waitFor(linePrefix: string, deleted: boolean, settings: CompletionSettings): Wait {
		const skip = this.skipNext;
		this.skipNext = false;
		if (skip) return { ms: 0, isRest: false };
		if (this.passedOver >= passedOverForRest) return { ms: pauseMs, isRest: true };
		return { ms: this.usualMs(linePrefix, deleted, settings), isRest: false };
	}

	private usualMs(linePrefix: string, deleted: boolean, settings: CompletionSettings): number {
		// Whoever deletes is about to type something else.
		if (deleted || this.shareAsked() > largeShare) return settings.maximumDelayMs;
		if (startsSomething(linePrefix)) return 0;
		if (this.gaps.length < 4) return clamp(settings.initialDelayMs, settings);
		const sorted = [...this.gaps].sort((first, second) => first - second);
		const usualGap = sorted[Math.floor(sorted.length * 0.7)]!;
		return clamp(usualGap * 1.4 + (this.responseMs ?? settings.initialDelayMs) * 0.4, settings);
	}

	/** Share of the last keystrokes that led to a request: high where suggestions are not what the user goes on to type. */
	private shareAsked(): number {
		return this.asked.length < leastCounted ? 0 : this.asked.filter(each => each).length / this.asked.length;
	}
}

/** After these a person looks up: a new line, or an opening bracket after a name. */
function startsSomething(linePrefix: string): boolean {
	return /^\s+$/.test(linePrefix) || /[\w\])][({[]$/.test(linePrefix);
}

function clamp(ms: number, settings: CompletionSettings): number {
	return Math.min(settings.maximumDelayMs, Math.max(settings.minimumDelayMs, ms));
}
