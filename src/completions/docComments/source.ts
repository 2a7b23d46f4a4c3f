import { isBlank, leadingSpace } from '../characters';
import { type DocumentSnapshot, type Range } from '../document';
import { type Declaration } from './declaration';

/** More than this no model reads at once; the beginning of a declaration says most about it. UTF-16 length. */
const mostCharacters = 20_000;

/**
 * The source of a declaration from its header on, without its doc comment, decorators, blank lines and common indentation:
 * what a model is asked about. Line ends are '\n'.
 */
export function sourceOf(document: DocumentSnapshot, { headerLine, lastLine, comment }: Declaration): string {
	const indent = leadingSpace(document.lineAt(headerLine));
	const lines: string[] = [];
	let length = 0;
	for (let line = headerLine; line <= lastLine && length < mostCharacters; line++) {
		const text = without(comment, line, document.lineAt(line));
		if (isBlank(text)) continue;
		lines.push((text.startsWith(indent) ? text.slice(indent.length) : text.trimStart()).trimEnd());
		length += text.length;
	}
	return lines.join('\n').slice(0, mostCharacters);
}

function without(comment: Range | undefined, line: number, text: string): string {
	if (!comment || line < comment.start.line || line > comment.end.line) return text;
	const before = line === comment.start.line ? text.slice(0, comment.start.character) : '';
	return before + (line === comment.end.line ? text.slice(comment.end.character) : '');
}
