import { isBlank, leadingSpace } from '../characters';
import { type DocumentSnapshot } from '../document';
import { type Place } from '../place';
import { declarationAt, isHeader, type Declaration } from './declaration';
import { docLanguageOf, type DocLanguage } from './docLanguage';
import { behindColon } from './extent';
import { sourceOf } from './source';

/** A doc comment without words at the cursor, and what it is to describe. */
export interface EmptyComment {
	/** Source of the declaration, see `sourceOf`. */
	readonly source: string;
	/** White space between the mark that opens the comment and its words, where it is missing. */
	readonly lead: string;
	/** What closes the comment, where nothing in the document does. */
	readonly closing: string;
}

const opened = /^\s*(?:\/\*\*|\*|\/\/\/?|[rRuU]?(?:"""|'''))\s*$/;
/** Lines of parameters between a docstring and its `def`. */
const mostHeaderLines = 40;
const mostDecoratorLines = 20;

/** The empty doc comment around the cursor. For all other keystrokes this is one look at the start of the line. */
export function emptyCommentAt(place: Place): EmptyComment | undefined {
	if (!opened.test(place.linePrefix)) return undefined;
	const language = docLanguageOf(place.document.languageId);
	switch (language?.style.kind) {
		case 'block':
			return inBlock(place, language);
		case 'lines':
			return behindMarker(place, language, language.style.marker);
		case 'docstring':
			return inDocstring(place);
		case undefined:
			return undefined;
	}
}

function inBlock({ document, line, linePrefix, lineSuffix }: Place, language: DocLanguage): EmptyComment | undefined {
	const isFirst = linePrefix.trim() === '/**';
	if (!isFirst && (line === 0 || document.lineAt(line - 1).trim() !== '/**')) return undefined;
	if (!isFirst && linePrefix.trim() !== '*') return undefined;
	if (!/^\s*(?:\*\/\s*)?$/.test(lineSuffix)) return undefined;
	let last = line;
	if (isBlank(lineSuffix)) {
		while (last + 1 < document.lineCount && /^\s*\*?\s*$/.test(document.lineAt(last + 1))) last++;
		if (last + 1 < document.lineCount && document.lineAt(last + 1).trim() === '*/') last++;
		else last = line;
	}
	const about = declarationUnder(document, last + 1, language);
	if (!about) return undefined;
	const lead = /\s$/.test(linePrefix) ? '' : ' ';
	const isOpen = isBlank(lineSuffix) && last === line;
	const closing = isFirst && isOpen ? ' */' : lineSuffix.startsWith('*/') ? ' ' : '';
	return { source: sourceOf(document, about), lead, closing };
}

function behindMarker(place: Place, language: DocLanguage, marker: string): EmptyComment | undefined {
	const { document, line, linePrefix, lineSuffix } = place;
	if (linePrefix.trim() !== marker || !isBlank(lineSuffix)) return undefined;
	if (
		line > 0 &&
		document
			.lineAt(line - 1)
			.trimStart()
			.startsWith(marker)
	)
		return undefined;
	const about = declarationUnder(document, line + 1, language);
	return about && { source: sourceOf(document, about), lead: /\s$/.test(linePrefix) ? '' : ' ', closing: '' };
}

/** The declaration that begins at this line, perhaps with decorators. */
function declarationUnder(document: DocumentSnapshot, first: number, language: DocLanguage): Declaration | undefined {
	for (let line = first; line < Math.min(document.lineCount, first + mostDecoratorLines); line++) {
		if (isHeader(document, line, language)) return declarationAt(document, line);
		if (!language.decorator.test(document.lineAt(line))) return undefined;
	}
	return undefined;
}

function inDocstring({ document, line, linePrefix, lineSuffix }: Place): EmptyComment | undefined {
	const quotes = linePrefix.trim().slice(-3);
	const rest = lineSuffix.trim();
	if (rest !== '' && rest !== quotes) return undefined;
	const header = headerAbove(document, line);
	const about = header === undefined ? undefined : declarationAt(document, header);
	if (!about || about.lastLine < line) return undefined;
	// Quotes on a line of their own close it; anything else is the body, whatever quotes it may hold.
	const next = line + 1 < document.lineCount ? document.lineAt(line + 1).trim() : '';
	const closes = rest === '' && next === quotes;
	const from = { line, character: leadingSpace(document.lineAt(line)).length };
	const end = closes ? line + 1 : line;
	const comment = { start: from, end: { line: end, character: document.lineAt(end).length } };
	const closing = rest === '' && !closes ? quotes : '';
	return { source: sourceOf(document, { ...about, comment }), lead: '', closing };
}

/** The `def` or `class` whose header ends right above this line. */
function headerAbove(document: DocumentSnapshot, line: number): number | undefined {
	const language = docLanguageOf(document.languageId)!;
	for (let header = line - 1; header >= Math.max(0, line - mostHeaderLines); header--) {
		if (!isHeader(document, header, language)) continue;
		const colon = behindColon(document, header);
		if (colon?.line !== line - 1) return undefined;
		return /^\s*(?:#.*)?$/.test(document.lineAt(colon.line).slice(colon.character)) ? header : undefined;
	}
	return undefined;
}
