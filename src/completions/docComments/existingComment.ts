import { isBlank, leadingSpace } from '../characters';
import { type DocumentSnapshot, type Position, type Range } from '../document';
import { type DocLanguage } from './docLanguage';
import { behindColon } from './extent';

const mostCommentLines = 500;

/** The doc comment of a declaration, without the white space around it; undefined when it has none. */
export function existingComment(
	document: DocumentSnapshot,
	declaration: { readonly firstLine: number; readonly headerLine: number },
	language: DocLanguage,
): Range | undefined {
	const { style } = language;
	if (style.kind === 'docstring') return docstring(document, declaration.headerLine);
	// Between the decorators and the name, else above all of it.
	const above = [declaration.headerLine - 1, declaration.firstLine - 1];
	for (const line of above) {
		const found = style.kind === 'block' ? blockEndingAt(document, line) : linesEndingAt(document, line, style.marker);
		if (found) return found;
	}
	return undefined;
}

/** Whether a comment has no words yet. */
export function isEmptyComment(document: DocumentSnapshot, comment: Range): boolean {
	return !/[\p{L}\p{N}]/u.test(textIn(document, comment).replace(/^[rRuU](?=["'])/, ''));
}

/** The text of a range, with '\n' between lines. */
export function textIn(document: DocumentSnapshot, { start, end }: Range): string {
	if (start.line === end.line) return document.lineAt(start.line).slice(start.character, end.character);
	const lines = [document.lineAt(start.line).slice(start.character)];
	for (let line = start.line + 1; line < end.line; line++) lines.push(document.lineAt(line));
	return [...lines, document.lineAt(end.line).slice(0, end.character)].join('\n');
}

function blockEndingAt(document: DocumentSnapshot, last: number): Range | undefined {
	if (last < 0 || !/\*\/\s*$/.test(document.lineAt(last))) return undefined;
	for (let line = last; line >= Math.max(0, last - mostCommentLines); line--) {
		const text = document.lineAt(line);
		if (line < last && text.includes('*/')) return undefined;
		const start = /^\s*\/\*/.exec(text);
		if (start) return text.startsWith('/**', leadingSpace(text).length) ? wholeLines(document, line, last) : undefined;
	}
	return undefined;
}

function linesEndingAt(document: DocumentSnapshot, last: number, marker: string): Range | undefined {
	const isComment = (line: number): boolean => {
		const text = document.lineAt(line).trimStart();
		return text.startsWith(marker) && !text.startsWith('//go:') && !text.startsWith(`${marker}/`);
	};
	let first = last + 1;
	while (first > 0 && isComment(first - 1)) first--;
	return first > last ? undefined : wholeLines(document, first, last);
}

function wholeLines(document: DocumentSnapshot, first: number, last: number): Range {
	return {
		start: { line: first, character: leadingSpace(document.lineAt(first)).length },
		end: { line: last, character: document.lineAt(last).trimEnd().length },
	};
}

function docstring(document: DocumentSnapshot, headerLine: number): Range | undefined {
	const start = firstStatement(document, headerLine);
	if (!start) return undefined;
	const opening = /^[rRuU]?("""|'''|"|')/.exec(document.lineAt(start.line).slice(start.character));
	if (!opening) return undefined;
	const quotes = opening[1]!;
	const last = quotes.length === 3 ? Math.min(document.lineCount - 1, start.line + mostCommentLines) : start.line;
	for (let line = start.line; line <= last; line++) {
		const from = line === start.line ? start.character + opening[0].length : 0;
		const at = closingQuotes(document.lineAt(line), quotes, from);
		if (at >= 0) return { start, end: { line, character: at + quotes.length } };
	}
	return undefined;
}

function closingQuotes(text: string, quotes: string, from: number): number {
	for (let at = from; at < text.length; at++) {
		if (text[at] === '\\') at++;
		else if (text.startsWith(quotes, at)) return at;
	}
	return -1;
}

/** Where the body of a Python function or class begins, comments passed over. */
function firstStatement(document: DocumentSnapshot, headerLine: number): Position | undefined {
	const colon = behindColon(document, headerLine);
	if (!colon) return undefined;
	for (let { line, character } = colon; line < document.lineCount; line++, character = 0) {
		const rest = document.lineAt(line).slice(character);
		if (!isBlank(rest) && !rest.trimStart().startsWith('#'))
			return { line, character: character + rest.length - rest.trimStart().length };
	}
	return undefined;
}
