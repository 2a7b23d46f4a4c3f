import { type Answer } from './conversation';
import { type SessionRecord } from './sessionRecord';

/** Text of an answer is kept at most so long after it arrived, in milliseconds: a crash costs no more of it. */
export const keepAfterMs = 250;

/** The answer that is being written, and how much of it was kept. */
export class AnswerWriting {
	text = '';
	reasoning = '';
	begun = false;
	/** Some of the text is about to be kept. */
	isDue = false;
	readonly ended = new AbortController();
	private kept = 0;

	constructor(
		private readonly question: string,
		readonly answer: string,
		private readonly at: number,
	) {}

	begin(facts: Pick<Answer, 'model' | 'device' | 'given' | 'older'>): SessionRecord {
		this.begun = true;
		return { type: 'answer', id: this.answer, parent: this.question, ...facts, at: this.at };
	}

	/** The text since the last call. */
	take(): string {
		const text = this.text.slice(this.kept);
		this.kept = this.text.length;
		return text;
	}
}
