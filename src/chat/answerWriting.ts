import { type Answer } from './conversation';
import { type SessionRecord } from './sessionRecord';

/** Text of an answer is kept this often while it is written, in milliseconds: a crash costs at most so much of it. */
const keepEveryMs = 1000;

/** The answer that is being written, and how much of it was kept. */
export class AnswerWriting {
	text = '';
	reasoning = '';
	begun = false;
	private kept = 0;

	constructor(
		private readonly question: string,
		readonly answer: string,
		private keptAt: number,
	) {}

	begin(facts: Pick<Answer, 'model' | 'device' | 'given' | 'older'>): SessionRecord {
		this.begun = true;
		return { type: 'answer', id: this.answer, parent: this.question, ...facts, at: this.keptAt };
	}

	/** Adds text and returns what should be kept now, if it is time. */
	add(text: string, now: number): string | undefined {
		this.text += text;
		if (now - this.keptAt < keepEveryMs) return undefined;
		this.keptAt = now;
		const due = this.text.slice(this.kept);
		this.kept = this.text.length;
		return due;
	}
}
