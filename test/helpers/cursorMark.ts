import { snapshotOf, type CompletionItem, type CompletionRequest, type Position } from '../../src/completions';

/** Stands for the cursor in the texts of tests. */
export const cursorMark = '▮';

/** What differs from a TypeScript file indented by tabs, typed into. */
export interface CursorOptions extends Partial<Omit<CompletionRequest, 'document' | 'position'>> {
	readonly languageId?: string;
	readonly extension?: string;
	readonly uri?: string;
}

/** A request at the ▮ of a text; line ends are those of the text. Without a mark the cursor is at the end. */
export function requestAt(marked: string, options: CursorOptions = {}): CompletionRequest {
	const { languageId = 'typescript', extension = 'ts', uri, ...rest } = options;
	const offset = marked.includes(cursorMark) ? marked.indexOf(cursorMark) : marked.length;
	const text = marked.replace(cursorMark, '');
	return {
		document: snapshotOf(text, languageId, extension, uri),
		position: positionOf(text, offset),
		trigger: 'typing',
		selectedText: false,
		insertSpaces: false,
		tabSize: 4,
		enabled: true,
		...rest,
	};
}

/** Line and character of a UTF-16 offset. */
export function positionOf(text: string, offset: number): Position {
	const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
	return { line: lines.length - 1, character: lines.at(-1)!.length };
}

/** The document after a suggestion was accepted, the cursor marked after it. */
export function accepted(request: CompletionRequest, item: Pick<CompletionItem, 'text' | 'range'>): string {
	const { document } = request;
	const lines = Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line));
	const { start, end } = item.range;
	const before = [...lines.slice(0, start.line), lines[start.line]!.slice(0, start.character)].join(document.endOfLine);
	const after = [lines[end.line]!.slice(end.character), ...lines.slice(end.line + 1)].join(document.endOfLine);
	return `${before}${item.text}${cursorMark}${after}`;
}
