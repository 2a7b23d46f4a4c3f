import { BracketLexer, closerOf } from '../brackets';
import { indentWidth, isBlank, leadingSpace } from '../characters';
import { type DocumentSnapshot, type Position } from '../document';
import { syntaxOf } from '../languages';
import { type DocLanguage } from './docLanguage';

/** Parameters that take more lines than this are not looked through. */
const mostHeaderLines = 40;
/** A longer declaration ends here: nobody reads on, least of all a small model. */
const mostLines = 2000;
const tabSize = 4;

/** A line that goes on with the declaration although all brackets are closed. */
const goesOn = /^\s*(?:[{?:.|]|=>|&&|\|\||extends\b|implements\b|where\b|throws\b)/;
const unfinished = /(?:=>|[=(,:?|&+]|&&|\|\||\bwhere)\s*$/;

/** The place behind the bracket that closes the first one opened at or after `from` in a line. */
export function behindBrackets(document: DocumentSnapshot, line: number, from: number): Position | undefined {
	let depth = 0;
	let end = -1;
	const lexer = new BracketLexer(syntaxOf(document.languageId), '', (sign, offset) => {
		if (end >= 0) return;
		if (sign in closerOf) depth++;
		else if (--depth === 0) end = offset + 1;
	});
	const last = Math.min(document.lineCount - 1, line + mostHeaderLines);
	for (let index = line; index <= last; index++) {
		const start = index === line ? from : 0;
		lexer.read(document.lineAt(index).slice(start));
		if (end >= 0) return { line: index, character: start + end };
		if (depth === 0) return undefined;
		lexer.endLine();
	}
	return undefined;
}

/** The place behind the colon that ends the header of a Python function or class; undefined while there is none. */
export function behindColon(document: DocumentSnapshot, header: number): Position | undefined {
	const text = document.lineAt(header);
	const named = /^\s*(?:async\s+)?(?:def|class)\s+\w+\s*/.exec(text)?.[0].length ?? 0;
	const brackets = /^[([]/.test(text.slice(named));
	let from: Position | undefined = { line: header, character: named };
	if (brackets) from = behindBrackets(document, header, named);
	// Type parameters stand before the others: class Box[T](Base):
	if (from && document.lineAt(from.line)[from.character] === '(')
		from = behindBrackets(document, from.line, from.character);
	if (!from) return undefined;
	const colon = /^(?:[^:"'#]|"[^"]*"|'[^']*')*:/.exec(document.lineAt(from.line).slice(from.character));
	return colon ? { line: from.line, character: from.character + colon[0].length } : undefined;
}

/** The last line of the declaration that begins at `header`. */
export function lastLineOf(document: DocumentSnapshot, header: number, language: DocLanguage): number {
	return language.body === 'braces' ? lastLineByBrackets(document, header) : lastLineByIndentation(document, header);
}

function lastLineByBrackets(document: DocumentSnapshot, header: number): number {
	let depth = 0;
	const lexer = new BracketLexer(syntaxOf(document.languageId), '', sign => {
		depth += sign in closerOf ? 1 : /[)\]}]/.test(sign) ? -1 : 0;
	});
	const width = widthOf(document.lineAt(header));
	const last = Math.min(document.lineCount - 1, header + mostLines);
	for (let line = header; line <= last; line++) {
		const text = document.lineAt(line);
		// A bracket in a regular expression may have confused the count; the indentation still tells.
		if (line > header && lexer.inside === '' && !isBlank(text) && widthOf(text) < width)
			return lastFilled(document, line - 1);
		lexer.read(text);
		lexer.endLine();
		if (depth <= 0 && lexer.inside === '' && isWhole(document, line)) return line;
	}
	return lastFilled(document, last);
}

function isWhole(document: DocumentSnapshot, line: number): boolean {
	if (unfinished.test(document.lineAt(line))) return false;
	return line + 1 >= document.lineCount || !goesOn.test(document.lineAt(line + 1));
}

function lastLineByIndentation(document: DocumentSnapshot, header: number): number {
	const width = widthOf(document.lineAt(header));
	const start = behindColon(document, header)?.line ?? header;
	const last = Math.min(document.lineCount - 1, header + mostLines);
	for (let line = start + 1; line <= last; line++) {
		const text = document.lineAt(line);
		if (!isBlank(text) && widthOf(text) <= width) return lastFilled(document, line - 1);
	}
	return lastFilled(document, last);
}

function lastFilled(document: DocumentSnapshot, line: number): number {
	let filled = line;
	while (filled > 0 && isBlank(document.lineAt(filled))) filled--;
	return filled;
}

function widthOf(text: string): number {
	return indentWidth(leadingSpace(text), tabSize);
}
