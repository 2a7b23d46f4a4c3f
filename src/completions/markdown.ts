import { type DocumentSnapshot } from './document';

/** What kind of Markdown a cursor stands in. */
export type MarkdownSpot = 'text' | 'codeFence' | 'frontMatter' | 'maths' | 'table' | 'linkTarget';

/** Lines above the cursor that are looked at; further up, a fence is taken as closed. */
const maxLines = 5000;

/** Finds the block and the inline construct around a cursor from the lines above it. */
export function markdownSpot(document: DocumentSnapshot, line: number, linePrefix: string): MarkdownSpot {
	const block = blockAbove(document, line);
	if (block !== 'text') return block;
	if (/\]\([^)\s]*$/.test(linePrefix) || /^\s*\[[^\]]+\]:\s*\S*$/.test(linePrefix)) return 'linkTarget';
	if (/^\s*\|/.test(linePrefix)) return 'table';
	return 'text';
}

function blockAbove(document: DocumentSnapshot, line: number): MarkdownSpot {
	const first = Math.max(0, line - maxLines);
	let fence = '';
	let maths = false;
	let frontMatter = first === 0 && line > 0 && document.lineAt(0).trimEnd() === '---';
	for (let above = frontMatter ? 1 : first; above < line; above++) {
		const text = document.lineAt(above);
		if (frontMatter) {
			if (/^(---|\.\.\.)\s*$/.test(text)) frontMatter = false;
			continue;
		}
		const mark = markOf(text);
		if (mark === undefined) continue;
		if (fence !== '') {
			if (mark.startsWith(fence) && text.trim() === mark) fence = '';
		} else if (mark === '$$') maths = !maths;
		else if (!maths) fence = mark;
	}
	if (frontMatter) return 'frontMatter';
	if (fence !== '') return 'codeFence';
	return maths ? 'maths' : 'text';
}

/** The fence or maths mark a line consists of or starts with. Looks at a few characters only: this runs for every line above. */
function markOf(text: string): string | undefined {
	let start = 0;
	while (start < 3 && text.charCodeAt(start) === 0x20) start++;
	const character = text[start];
	if (character !== '`' && character !== '~' && character !== '$') return undefined;
	if (character === '$') return text.trim() === '$$' ? '$$' : undefined;
	return /^(`{3,}|~{3,})/.exec(text.slice(start))?.[0];
}
