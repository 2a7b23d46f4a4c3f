import type * as vscode from 'vscode';
import { type Summary } from '../../chat';

/** What VS Code keeps with an answer for us and gives back with the conversation. */
export interface AnswerFacts {
	/** Our own words before and behind the model's: the model does not read them as its own. */
	readonly before: string;
	readonly after: string;
	/** The summary that the model first saw for this answer. */
	readonly summary?: KeptSummary;
}

/** Of a summary, what a prompt needs. */
export type KeptSummary = Pick<Summary, 'upTo' | 'text'>;

/** An answer as it is shown, with our own words kept apart from the model's. */
export class ShownAnswer {
	private before = '';
	private after = '';
	/** The summary that this answer tells of. */
	summary: KeptSummary | undefined;

	constructor(private readonly response: vscode.ChatResponseStream) {}

	/** What VS Code is to keep. */
	get facts(): AnswerFacts {
		const { before, after, summary } = this;
		return { before, after, ...(summary && { summary: { upTo: summary.upTo, text: summary.text } }) };
	}

	progress(text: string): void {
		this.response.progress(text);
	}

	/** Something that was read for it. */
	reference(place: vscode.Uri | vscode.Location): void {
		this.response.reference(place);
	}

	/** Notes before the answer. */
	notes(notes: readonly string[]): void {
		if (notes.length === 0) return;
		const quoted = notes.flatMap(note => ['', ...note.split('\n')]).slice(1);
		this.before = `${quoted.map(line => `> ${line}`.trimEnd()).join('\n')}\n\n`;
		this.response.markdown(this.before);
	}

	/** The model's words. */
	say(text: string): void {
		if (text !== '') this.response.markdown(text);
	}

	/** A note below the answer. */
	close(note: string): void {
		if (note === '') return;
		const text = `\n\n*${note}*`;
		this.after += text;
		this.response.markdown(text);
	}
}

/** What was kept with an answer; empty for anything else. */
export function factsOf(metadata: unknown): AnswerFacts {
	const { before, after, summary } = record(metadata);
	const { upTo, text: summarized } = record(summary);
	return {
		before: textOf(before),
		after: textOf(after),
		...(typeof upTo === 'string' && typeof summarized === 'string' && { summary: { upTo, text: summarized } }),
	};
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null ? { ...value } : {};
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
