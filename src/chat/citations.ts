import { type ContextItem } from './context';

/** A place that an answer names and that was given to the model. */
export interface Citation {
	/** Offsets in the answer, brackets included. */
	readonly start: number;
	readonly end: number;
	/** 'docs/guide.md#L10-L20', as the link says. */
	readonly label: string;
	readonly path: string;
	readonly lines: { readonly first: number; readonly last: number };
}

const lineMark = String.raw`#L(\d{1,7})(?:-L?(\d{1,7}))?`;
/** A link the model wrote itself, a name in brackets (with or without an address behind it), and a bare name, which has no blanks. */
const cited = new RegExp(
	[
		String.raw`\[[^[\]\n]{0,300}\]\(([^()<>\s]{1,300}?)${lineMark}\)`,
		String.raw`\[([^[\]\n]{1,300}?)${lineMark}\](?:\([^()\s]{0,300}\))?`,
		String.raw`(?<![\w/.#[-])([^\s[\]()<>"'${'`'}]{1,300}?)${lineMark}`,
	].join('|'),
	'g',
);

/**
 * The places an answer cites, in order, each checked against what the model was given: the path must be one of an item, the lines
 * within it. A citation of anything else is words, not a place, and is left out. Code is not searched.
 */
export function findCitations(answer: string, given: readonly ContextItem[]): readonly Citation[] {
	const code = codeRanges(answer);
	const citations: Citation[] = [];
	for (const match of answer.matchAll(cited)) {
		// Of the three forms only one has its name, first and last line.
		const [whole, ...groups] = match;
		const [path = '', first, last] = [0, 3, 6].map(form => groups.slice(form, form + 3)).find(([name]) => name) ?? [];
		const from = Number(first);
		const to = Number(last ?? first);
		const start = match.index;
		if (code.some(part => start >= part.start && start < part.end)) continue;
		if (!given.some(item => holds(item, path, { first: from, last: to }))) continue;
		const label = from === to ? `${path}#L${from}` : `${path}#L${from}-L${to}`;
		citations.push({ start, end: start + whole.length, label, path, lines: { first: from, last: to } });
	}
	return citations;
}

/** The answer as Markdown in which every checked citation is a link. @param address where a citation leads */
export function linkCitations(
	answer: string,
	given: readonly ContextItem[],
	address: (citation: Citation) => string,
): string {
	let linked = '';
	let end = 0;
	for (const citation of findCitations(answer, given)) {
		const label = citation.label.replace(/[\\*_~]/g, '\\$&');
		linked += `${answer.slice(end, citation.start)}[${label}](<${address(citation).replace(/[<>\n]/g, encodeURIComponent)}>)`;
		end = citation.end;
	}
	return linked + answer.slice(end);
}

function holds(item: ContextItem, path: string, { first, last }: Citation['lines']): boolean {
	if (item.path !== path || first < 1 || last < first) return false;
	return item.lines === undefined || (first >= item.lines.first && last <= item.lines.last);
}

/** Where fenced blocks, also one that is still open, and inline code stand. */
function codeRanges(text: string): readonly { readonly start: number; readonly end: number }[] {
	const ranges: { start: number; end: number }[] = [];
	let fence: { readonly mark: string; readonly start: number } | undefined;
	let offset = 0;
	for (const line of text.split(/(?<=\n)/)) {
		const mark = /^\s{0,3}(```|~~~)/.exec(line)?.[1];
		const end = offset + line.length;
		if (fence) {
			if (mark === fence.mark) {
				ranges.push({ start: fence.start, end });
				fence = undefined;
			}
		} else if (mark !== undefined) fence = { mark, start: offset };
		else
			for (const { index, 0: code } of line.matchAll(/`[^`\n]+`/g))
				ranges.push({ start: offset + index, end: offset + index + code.length });
		offset = end;
	}
	if (fence) ranges.push({ start: fence.start, end: text.length });
	return ranges;
}
