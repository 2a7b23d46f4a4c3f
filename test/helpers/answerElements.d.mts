export interface AnswerElement {
	readonly tag: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly text: string;
}
export function answerElements(markdown: string): readonly AnswerElement[];
export function growingAnswer(): { elements(text: string): readonly AnswerElement[] };
