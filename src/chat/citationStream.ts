import { linkCitations, type Citation } from './citations';
import { type ContextItem } from './context';

/** Longest piece of text that is held back because it may become a citation. */
const mostHeld = 320;

/** Puts links into an answer while it streams: what may still become a citation is held back until it is clear. */
export class CitationStream {
	private answer = '';
	/** How much of the answer was handed on. */
	private sent = 0;

	constructor(
		private readonly given: readonly ContextItem[],
		private readonly address: (citation: Citation) => string,
	) {}

	/** Takes more of the answer and returns what can be shown now. */
	push(text: string): string {
		this.answer += text;
		return this.given.length === 0 ? this.send(this.answer.length) : this.send(safeEnd(this.answer, this.sent));
	}

	/** Returns what was held back. */
	end(): string {
		return this.send(this.answer.length);
	}

	private send(end: number): string {
		const from = this.sent;
		if (end <= from) return '';
		this.sent = end;
		// Linked as a whole, because only the whole shows what is code; the part before is the same each time.
		const before = linkCitations(this.answer.slice(0, from), this.given, this.address).length;
		return linkCitations(this.answer.slice(0, end), this.given, this.address).slice(before);
	}
}

/** The end of what is decided: before the word under way, and before a bracket that is still open. */
function safeEnd(answer: string, from: number): number {
	const tail = answer.slice(from);
	const word = tail.length - (/\S*$/.exec(tail.slice(-mostHeld))?.[0].length ?? 0);
	const line = tail.lastIndexOf('\n') + 1;
	const bracket = tail.indexOf('[', Math.max(line, tail.length - mostHeld));
	const isOpen = bracket >= 0 && !/\](?!\(?[^)\s]*$)/.test(tail.slice(bracket));
	return from + (isOpen ? Math.min(word, bracket) : word);
}
