const open = '<think>';
const close = '</think>';

/** What a piece of text was, once that is known. */
export interface Thought {
	readonly text: string;
	readonly reasoning: string;
}

/** Takes `<think>...</think>` at the very start of an answer apart from what follows, however the text is cut into pieces. Tags that
 * come later are part of the answer: somebody may ask about them. */
export class ThinkTags {
	private place: 'start' | 'thoughts' | 'gap' | 'answer' = 'start';
	private held = '';

	push(piece: string): Thought {
		this.held += piece;
		let reasoning = '';
		if (this.place === 'start') this.enter();
		if (this.place === 'thoughts') reasoning = this.think();
		// The blank lines that follow the thoughts belong to neither.
		if (this.place === 'gap') this.held = this.held.trimStart();
		if (this.place === 'gap' && this.held !== '') this.place = 'answer';
		return { text: this.place === 'answer' ? this.take(this.held.length) : '', reasoning };
	}

	/** What was held back, when the answer ends. */
	flush(): Thought {
		const held = this.take(this.held.length);
		return this.place === 'thoughts' ? { text: '', reasoning: held } : { text: held, reasoning: '' };
	}

	/** Decides, once there is enough text, whether the answer begins with thoughts. */
	private enter(): void {
		const start = this.held.trimStart();
		if (start.startsWith(open)) {
			this.place = 'thoughts';
			this.held = start.slice(open.length);
		} else if (!open.startsWith(start)) this.place = 'answer';
	}

	private think(): string {
		const end = this.held.indexOf(close);
		if (end < 0) return this.take(this.held.length - partialEnd(this.held));
		const reasoning = this.take(end);
		this.held = this.held.slice(close.length);
		this.place = 'gap';
		return reasoning;
	}

	private take(length: number): string {
		const taken = this.held.slice(0, length);
		this.held = this.held.slice(length);
		return taken;
	}
}

/** Length of the longest end that begins the closing tag. */
function partialEnd(text: string): number {
	for (let length = Math.min(close.length - 1, text.length); length > 0; length--)
		if (close.startsWith(text.slice(-length))) return length;
	return 0;
}
