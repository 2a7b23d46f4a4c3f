import { splitSentences } from './sentences';

/** Shorter sentences may well come again: "Yes." and "好的。". Counted in letters and digits, CJK characters twice. */
const leastWeight = 12;

/**
 * Lets a continuation through, sentence by sentence, until one repeats a whole sentence of the text before it or of itself.
 * Text is held back only while it could still become such a repeat. Sentences that are repeated before anything else was said
 * are dropped: some models begin with an echo.
 */
export class RepeatedSentences {
	private readonly known = new Set<string>();
	/** Of the sentence in the making: all of it, and how much was let through. */
	private pending = '';
	private passed = 0;
	private readonly lastBefore: string;
	private isFirst = true;
	/** Whether a sentence was let through as a whole. */
	private begun = false;
	private ended = false;

	constructor(before: string) {
		const sentences = splitSentences(before);
		for (const sentence of sentences) this.learn(sentence);
		this.lastBefore = sentences.at(-1) ?? '';
	}

	/** The answer is over: a sentence was repeated. Nothing more is let through. */
	get stopped(): boolean {
		return this.ended;
	}

	/** Adds text of the answer; returns what may be shown. */
	push(text: string): string {
		if (this.ended) return '';
		this.pending += text;
		let shown = '';
		// The last one may go on: "3." becomes "3.14".
		for (const sentence of splitSentences(this.pending).slice(0, -1)) {
			shown += this.endSentence(sentence);
			if (this.stopped) return shown;
		}
		return this.mayRepeat(this.pending) ? shown : shown + this.pass();
	}

	/** What was held back, at the end of the answer. */
	flush(): string {
		return this.ended ? '' : this.endSentence(this.pending);
	}

	private endSentence(sentence: string): string {
		const isRepeat = !this.finishesEarlier(sentence) && this.known.has(normalise(sentence));
		const held = sentence.slice(this.passed);
		this.pending = this.pending.slice(sentence.length);
		this.passed = Math.max(0, this.passed - sentence.length);
		const { isFirst } = this;
		this.isFirst = false;
		if (isRepeat) {
			this.ended = this.begun;
			// The space behind the text before belongs to whatever comes first.
			return isFirst ? (/^\s*/.exec(held)?.[0] ?? '') : '';
		}
		this.learn(sentence);
		this.begun ||= sentence.trim() !== '';
		return held;
	}

	/** Whether this is the end of a sentence that began in the text before, which makes it no repeat. */
	private finishesEarlier(sentence: string): boolean {
		const start = /^\s*\S/u.exec(sentence)?.[0];
		return (
			this.isFirst &&
			start !== undefined &&
			this.lastBefore !== '' &&
			splitSentences(this.lastBefore + start).length < 2
		);
	}

	private pass(): string {
		const text = this.pending.slice(this.passed);
		this.passed = this.pending.length;
		return text;
	}

	/** Whether the sentence in the making is the beginning of a known one, or all of it. */
	private mayRepeat(pending: string): boolean {
		if (this.passed > 0 || this.finishesEarlier(pending)) return false;
		const start = normalise(pending);
		for (const sentence of this.known) if (sentence.startsWith(start)) return true;
		return false;
	}

	private learn(sentence: string): void {
		const text = normalise(sentence);
		if (weightOf(text) >= leastWeight) this.known.add(text);
	}
}

const normalise = (sentence: string): string => sentence.trim().replace(/\s+/g, ' ');

const weightOf = (text: string): number =>
	Array.from(text.matchAll(/[\p{L}\p{N}]/gu), ([character]) =>
		/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(character) ? 2 : 1,
	).reduce<number>((sum, weight) => sum + weight, 0);
