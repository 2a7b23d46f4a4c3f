/** Goes through earlier questions with the arrow keys and back to what was being written. */
export class PromptHistory {
	/** 0 is the draft, 1 the latest question. */
	private position = 0;
	private draft = '';

	get isRecalling(): boolean {
		return this.position > 0;
	}

	/** The text to show next; undefined when there is nothing in that direction. */
	move(direction: 'older' | 'newer', questions: readonly string[], current: string): string | undefined {
		const distinct = questions.filter((question, index) => question !== questions[index + 1]);
		const next = this.position + (direction === 'older' ? 1 : -1);
		if (next < 0 || next > distinct.length) return undefined;
		if (this.position === 0) this.draft = current;
		this.position = next;
		return next === 0 ? this.draft : distinct.at(-next);
	}

	/** The person wrote something of their own. */
	reset(): void {
		this.position = 0;
	}
}
