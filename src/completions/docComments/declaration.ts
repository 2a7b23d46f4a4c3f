import { isBlank, leadingSpace } from '../characters';
import { type DocumentSnapshot, type Position, type Range } from '../document';
import { docLanguageOf, type DocLanguage } from './docLanguage';
import { existingComment } from './existingComment';
import { behindBrackets, lastLineOf } from './extent';

/** A function, method or class in a document. Lines count from 0. */
export interface Declaration {
	/** Where it begins, decorators and annotations included. */
	readonly firstLine: number;
	/** The line with its keyword or name. */
	readonly headerLine: number;
	readonly lastLine: number;
	/** Its doc comment without the white space around it. */
	readonly comment?: Range;
}

/** Lines above the cursor in which a declaration around it may begin. */
const mostLinesAbove = 3000;
/** Comment and decorator lines between a cursor above a declaration and its header. */
const mostLinesBelow = 60;

/** The declaration whose header is this line, undefined when it is none. `lastLine` where an editor's own outline knows it. */
export function declarationAt(
	document: DocumentSnapshot,
	headerLine: number,
	lastLine?: number,
): Declaration | undefined {
	const language = docLanguageOf(document.languageId);
	if (!language || !isHeader(document, headerLine, language)) return undefined;
	const firstLine = withDecorators(document, headerLine, language);
	const comment = existingComment(document, { firstLine, headerLine }, language);
	const end = lastLine ?? lastLineOf(document, headerLine, language);
	return { firstLine, headerLine, lastLine: end, ...(comment && { comment }) };
}

/** The innermost declaration around a line; of a line in its comment or decorators, the one below. */
export function enclosingDeclaration(document: DocumentSnapshot, line: number): Declaration | undefined {
	const language = docLanguageOf(document.languageId);
	if (!language) return undefined;
	const below = declarationBelow(document, line, language);
	if (below) return below;
	for (let header = line; header >= Math.max(0, line - mostLinesAbove); header--) {
		if (!isHeader(document, header, language)) continue;
		const declaration = declarationAt(document, header);
		if (declaration && declaration.lastLine >= line) return declaration;
	}
	return undefined;
}

/** The declaration that a comment at this line stands above: only comments, decorators and blank lines lie between. */
function declarationBelow(document: DocumentSnapshot, line: number, language: DocLanguage): Declaration | undefined {
	if (isHeader(document, line, language)) return undefined;
	const last = Math.min(document.lineCount - 1, line + mostLinesBelow);
	for (let header = line; header <= last; header++) {
		const text = document.lineAt(header);
		if (isHeader(document, header, language)) {
			const found = declarationAt(document, header);
			const start = Math.min(found?.firstLine ?? header, found?.comment?.start.line ?? header);
			return line >= start ? found : undefined;
		}
		if (!isBlank(text) && !/^\s*(?:\/[/*]|\*|#)/.test(text) && !isDecoratorPart(text, language)) return undefined;
	}
	return undefined;
}

/** Whether a declaration begins in this line. */
export function isHeader(document: DocumentSnapshot, line: number, language: DocLanguage): boolean {
	if (line < 0 || line >= document.lineCount) return false;
	const text = document.lineAt(line);
	if (language.headers.some(header => header.test(text))) return true;
	return language.callables.some(({ before, behind }) => {
		const length = before.exec(text)?.[0].length;
		if (length === undefined) return false;
		const end = behindBrackets(document, line, length);
		return end !== undefined && behind.test(restOf(document, end));
	});
}

/** What follows in the line, or, where it ends there, the next one: some put the brace on a line of its own. */
function restOf(document: DocumentSnapshot, { line, character }: Position): string {
	const rest = document.lineAt(line).slice(character);
	return isBlank(rest) && line + 1 < document.lineCount ? document.lineAt(line + 1) : rest;
}

function withDecorators(document: DocumentSnapshot, headerLine: number, language: DocLanguage): number {
	const indent = leadingSpace(document.lineAt(headerLine));
	let first = headerLine;
	for (let line = headerLine - 1; line >= Math.max(0, headerLine - mostLinesBelow); line--) {
		const text = document.lineAt(line);
		if (isBlank(text)) break;
		if (language.decorator.test(text)) first = line;
		// The lines of a decorator that takes several, until the one that begins it.
		else if (!(leadingSpace(text).length > indent.length || isDecoratorPart(text, language))) break;
	}
	return first;
}

function isDecoratorPart(text: string, language: DocLanguage): boolean {
	return language.decorator.test(text) || /^\s*[)\]}]/.test(text);
}
