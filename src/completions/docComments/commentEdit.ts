import { indentWidth, isBlank, leadingSpace } from '../characters';
import { type DocumentSnapshot, type Position, type Range } from '../document';
import { commentLines, wordsOf } from './commentText';
import { type Declaration } from './declaration';
import { docLanguageOf } from './docLanguage';
import { behindColon } from './extent';
import { isEmptyComment } from './existingComment';

/** The editor's indentation for a document. */
export interface Indentation {
	readonly insertSpaces: boolean;
	readonly tabSize: number;
}

/** A doc comment on its way into a document. Line ends are the document's. */
export interface CommentEdit {
	/** Empty where the comment is new. */
	readonly range: Range;
	readonly text: string;
	/** A comment with words in it would be lost: ask first. */
	readonly replacesWords: boolean;
}

/**
 * Turns a model's answer into the doc comment of a declaration, in the style and at the indentation of its language.
 * Undefined when the answer has no words, or the declaration no place for them.
 */
export function commentEdit(
	document: DocumentSnapshot,
	declaration: Declaration,
	answer: string,
	indentation: Indentation,
): CommentEdit | undefined {
	const words = wordsOf(answer);
	const style = docLanguageOf(document.languageId)?.style;
	if (!style || !/[\p{L}\p{N}]/u.test(words)) return undefined;
	const write = (indent: string): string =>
		commentLines(words, style, indentWidth(indent, indentation.tabSize)).join(`${document.endOfLine}${indent}`);
	const { comment, firstLine } = declaration;
	if (comment) {
		const indent = leadingSpace(document.lineAt(comment.start.line));
		return { range: comment, text: write(indent), replacesWords: !isEmptyComment(document, comment) };
	}
	if (style.kind === 'docstring') return docstringEdit(document, declaration, indentation, write);
	const indent = leadingSpace(document.lineAt(firstLine));
	return inserted({ line: firstLine, character: 0 }, indent + write(indent) + document.endOfLine);
}

/** Below the header; the body of a one-line function moves to a line of its own. */
function docstringEdit(
	document: DocumentSnapshot,
	{ headerLine, lastLine }: Declaration,
	indentation: Indentation,
	write: (indent: string) => string,
): CommentEdit | undefined {
	const colon = behindColon(document, headerLine);
	if (!colon) return undefined;
	const { endOfLine } = document;
	const indent = bodyIndent(document, { headerLine, first: colon.line + 1, lastLine }, indentation);
	const line = document.lineAt(colon.line);
	const rest = line.slice(colon.character);
	if (isBlank(rest) || rest.trimStart().startsWith('#'))
		return inserted({ line: colon.line, character: line.length }, endOfLine + indent + write(indent));
	const range = { start: colon, end: { line: colon.line, character: line.length } };
	const text = endOfLine + indent + write(indent) + endOfLine + indent + rest.trimStart();
	return { range, text, replacesWords: false };
}

function bodyIndent(
	document: DocumentSnapshot,
	lines: { readonly headerLine: number; readonly first: number; readonly lastLine: number },
	{ insertSpaces, tabSize }: Indentation,
): string {
	for (let line = lines.first; line <= lines.lastLine; line++) {
		const text = document.lineAt(line);
		if (!isBlank(text) && !text.trimStart().startsWith('#')) return leadingSpace(text);
	}
	return leadingSpace(document.lineAt(lines.headerLine)) + (insertSpaces ? ' '.repeat(tabSize) : '\t');
}

function inserted(at: Position, text: string): CommentEdit {
	return { range: { start: at, end: at }, text, replacesWords: false };
}
