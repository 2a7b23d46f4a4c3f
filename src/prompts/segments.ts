import { commentLines, isSourceCode } from './comments';

/** A stretch of a document: words to translate, or what must stay byte for byte. Concatenated they are the document. */
export interface Segment {
	readonly kind: 'keep' | 'text';
	readonly text: string;
	/** Offset in the document. */
	readonly start: number;
}

/**
 * Cuts a document into paragraphs of words and what lies between them: code fences, front matter, indented code,
 * blank lines; in source code everything but the words of comments.
 */
export function blockSegments(text: string, languageId: string): readonly Segment[] {
	if (isSourceCode(languageId)) return aroundSpans(text, commentLines(text, languageId));
	const segments = new SegmentList();
	for (const line of classifyLines(text, languageId)) segments.add(line.isProse ? 'text' : 'keep', line.text);
	return segments.items;
}

/**
 * Cuts a document into the smallest pieces a line-by-line translator gets: indentation, list, heading and quote markers,
 * inline code, link addresses, tags, formulas and emphasis marks stay outside.
 */
export function lineSegments(text: string, languageId: string): readonly Segment[] {
	const segments = new SegmentList();
	for (const block of blockSegments(text, languageId)) {
		if (block.kind === 'keep') segments.add('keep', block.text);
		else for (const line of block.text.split(/(?<=\n)/)) addLine(line, segments);
	}
	return segments.items;
}

/** Inline spans that are not language, longest forms first. */
const protectedSpan = new RegExp(
	[
		'(`+)(?!`)[\\s\\S]*?[^`]\\1(?!`)',
		'\\$\\$[\\s\\S]+?\\$\\$',
		'\\$(?![\\s\\d])[^$\\n]*[^\\s$]\\$(?!\\d)',
		'!\\[[^\\]\\n]*\\]\\([^)\\n]*\\)',
		'\\[\\^[^\\]\\s]+\\]:?',
		'\\]\\([^)\\n]*\\)',
		'\\]\\[[^\\]\\n]*\\]',
		'\\[(?=[^\\]\\n]*\\][([])',
		'<\\/?[A-Za-z][^<>\\n]*>',
		'<?(?:https?|ftp|mailto|file):[^\\s<>)\\]，。；]+>?',
		'[\\w.+-]+@[\\w-]+\\.[\\w.-]+\\w',
		'&(?:#\\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);',
		'\\*{1,3}|~~|(?<![\\p{L}\\p{N}])_{1,3}(?=\\S)|(?<=\\S)_{1,3}(?![\\p{L}\\p{N}])',
	].join('|'),
	'gu',
);
const lineMarker = /^\s*(?:(?:>\s?|[-*+•]\s+(?:\[[ xX]\]\s+)?|\d{1,9}[.)]\s+|#{1,6}\s+|\|\s*)\s*)*/u;

function addLine(line: string, segments: SegmentList): void {
	const marker = lineMarker.exec(line)![0];
	segments.add('keep', marker);
	const rest = line.slice(marker.length);
	const isTableRow = marker.includes('|');
	const pattern = isTableRow ? new RegExp(`${protectedSpan.source}|\\s*(?<!\\\\)\\|\\s*`, 'gu') : protectedSpan;
	let from = 0;
	for (const match of rest.matchAll(pattern)) {
		addWords(rest.slice(from, match.index), segments);
		segments.add('keep', match[0]);
		from = match.index + match[0].length;
	}
	addWords(rest.slice(from), segments);
}

/** White space at the ends and pieces without a letter are not given to the model. */
function addWords(text: string, segments: SegmentList): void {
	const words = text.trim();
	if (!/\p{L}/u.test(words)) {
		segments.add('keep', text);
		return;
	}
	const start = text.indexOf(words);
	segments.add('keep', text.slice(0, start));
	segments.add('text', words, 'apart');
	segments.add('keep', text.slice(start + words.length));
}

function aroundSpans(
	text: string,
	spans: readonly { readonly start: number; readonly end: number }[],
): readonly Segment[] {
	const segments = new SegmentList();
	let from = 0;
	for (const span of spans) {
		segments.add('keep', text.slice(from, span.start));
		segments.add('text', text.slice(span.start, span.end), 'apart');
		from = span.end;
	}
	segments.add('keep', text.slice(from));
	return segments.items;
}

interface ClassifiedLine {
	readonly text: string;
	readonly isProse: boolean;
}

function classifyLines(text: string, languageId: string): readonly ClassifiedLine[] {
	const frontMatter = /^---[ \t]*\r?\n[\s\S]*?^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/m.exec(text);
	const head = frontMatter?.index === 0 ? frontMatter[0] : '';
	const lines: ClassifiedLine[] = head === '' ? [] : [{ text: head, isProse: false }];
	let fence: string | undefined;
	let inComment = false;
	// Indented code follows a blank line and no list; under a list item, indentation continues the item.
	let mayIndent = languageId === 'markdown';
	let inList = false;
	for (const line of text.slice(head.length).split(/(?<=\n)/)) {
		const mark = /^\s*(?:>\s?)*(`{3,}|~{3,}|\$\$)/.exec(line)?.[1];
		const isBlank = line.trim() === '';
		const opens = mark !== undefined && fence === undefined && !(mark === '$$' && /\$\$.*\$\$/.test(line));
		const closes = mark !== undefined && fence !== undefined && mark.startsWith(fence);
		inComment ||= fence === undefined && line.trimStart().startsWith('<!--');
		const isIndented = mayIndent && !inList && languageId === 'markdown' && /^(?: {4}|\t)/.test(line);
		lines.push({ text: line, isProse: !isBlank && fence === undefined && !opens && !inComment && !isIndented });
		if (opens) fence = mark;
		else if (closes) fence = undefined;
		if (line.includes('-->')) inComment = false;
		if (!isBlank && !/^\s/.test(line)) inList = /^(?:[-*+•]|\d+[.)])\s/.test(line);
		mayIndent = isBlank || isIndented;
	}
	return lines;
}

/** Collects segments, joining neighbours of one kind unless they are meant to stand apart. */
class SegmentList {
	readonly items: Segment[] = [];
	private length = 0;

	add(kind: Segment['kind'], text: string, join: 'join' | 'apart' = 'join'): void {
		if (text === '') return;
		const last = this.items.at(-1);
		if (last?.kind === kind && join === 'join') this.items[this.items.length - 1] = { ...last, text: last.text + text };
		else this.items.push({ kind, text, start: this.length });
		this.length += text.length;
	}
}
