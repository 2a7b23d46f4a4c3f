import { LruCache } from '../base';
import { type Answer } from './answer';
import { typedSince, type Surroundings } from './surroundings';

const limits = { maxEntries: 256, maxAgeMs: 5 * 60_000 };
/** The end of the text before a cursor that an answer is filed under. UTF-16 length. */
const keyCharacters = 64;
/** The furthest ancestor that is looked for: as far as a block reaches. */
const maxTyped = 800;

/** An answer that covers a place, and the start of it that has been typed. */
export interface Found {
	readonly answer: Answer;
	readonly typed: string;
}

/** Earlier answers, found again at their own place and, while their text is being typed, at every place after it. */
export class AnswerCache {
	private readonly answers: LruCache<string, Answer>;

	constructor(now: () => number) {
		this.answers = new LruCache(limits, now);
	}

	store(answer: Answer): void {
		const { surroundings } = answer;
		this.answers.set(keyOf(surroundings, surroundings.before.length), answer);
	}

	/** The nearest answer that covers this place; for a manual trigger only one that was asked for by hand. */
	find(here: Surroundings, manual: boolean): Found | undefined {
		const most = Math.min(maxTyped, here.before.length);
		for (let length = 0; length <= most; length++) {
			const answer = this.answers.get(keyOf(here, here.before.length - length));
			if (answer === undefined || (manual && !answer.manual)) continue;
			const typed = coveredBy(answer, here);
			if (typed !== undefined) return { answer, typed };
		}
		return undefined;
	}

	clear(): void {
		this.answers.clear();
	}
}

/** What was typed since an answer's place if one of its texts goes on from there; an empty answer holds where it was given. */
function coveredBy(answer: Answer, here: Surroundings): string | undefined {
	for (const { text } of answer.candidates) {
		const typed = typedSince(answer.surroundings, here, text.length, start => text.startsWith(start));
		if (typed !== undefined && (typed.length < text.length || typed === '')) return typed;
	}
	return undefined;
}

function keyOf(here: Surroundings, end: number): string {
	return `${here.uri}\n${here.before.slice(Math.max(0, end - keyCharacters), end)}`;
}
