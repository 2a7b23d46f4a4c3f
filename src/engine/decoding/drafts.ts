import { type DraftPace } from '../draftPace';
import { PromptLookup } from './promptLookup';

/** What a guess is believed to be worth before one was checked. */
const firstRightShare = 0.75;

/** The drafts of one answer. Every guess is compared with what the model then says, also those that were not fed: so drafts begin
 * when they would pay and end when they do not. */
export class Drafts {
	private readonly lookup: PromptLookup;
	private rightShare = firstRightShare;

	/** @param path tokens before the answer  @param answer those of it that are certain, not all of which the path may hold */
	constructor(
		path: readonly number[],
		answer: readonly number[],
		private readonly pace: DraftPace,
	) {
		this.lookup = new PromptLookup(path);
		for (const id of answer) this.lookup.push(id);
	}

	/** Guesses for what follows, at most `most`; none when checking them would take longer than it saves. */
	next(most: number): readonly number[] {
		const length = Math.min(most, this.pace.bestLength(this.rightShare));
		return length > 0 ? this.lookup.guess(length) : [];
	}

	/** The answer's next token. */
	accept(id: number): void {
		const [guessed] = this.lookup.guess(1);
		if (guessed !== undefined) this.rightShare = 0.85 * this.rightShare + (guessed === id ? 0.15 : 0);
		this.lookup.push(id);
	}
}
