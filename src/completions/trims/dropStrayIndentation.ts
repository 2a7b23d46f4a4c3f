import { scanBrackets } from '../brackets';
import { indentWidth, isBlank, leadingSpace } from '../characters';
import { codeOnly } from '../codeOnly';
import { nextFilledLine, type Place } from '../place';
import { type Trim } from './trim';

/** Lines looked at above the cursor. */
const reach = 200;
/** What follows these at the same depth can never run. */
const leaves = /^\s*(?:return|raise|break|continue)\b/;

/** Drops a Python text whose first line stands at a depth at which no line can stand there. */
export const dropStrayIndentation: Trim = (text, { place, trigger }) => {
	const { document, linePrefix, tabSize } = place;
	if (document.languageId !== 'python' || !isBlank(linePrefix)) return text;
	const first = (linePrefix + text).split('\n').find(line => !isBlank(line));
	const above = linesAbove(place);
	const last = above.findLast(line => !isBlank(line) && !isComment(line));
	if (first === undefined || isComment(first) || goesOn(above, last, place)) return text;
	const width = (line: string): number => indentWidth(leadingSpace(line), tabSize);
	const depth = width(first);
	if (depth > 0 && trigger === 'typing' && hasLeftBlock(place, above)) return '';
	return depthsAfter(above, last, width).has(depth) ? text : '';
};

function isComment(line: string): boolean {
	return /^\s*#/.test(line);
}

function linesAbove({ document, line }: Place): readonly string[] {
	const start = Math.max(0, line - reach);
	return Array.from({ length: line - start }, (_, index) => document.lineAt(start + index));
}

/** The line before is not finished, so that the next one may stand anywhere: a block, a bracket or a long string is open. */
function goesOn(above: readonly string[], last: string | undefined, { syntax }: Place): boolean {
	if (last !== undefined && /[:([{,\\=+\-*/%&|]$/.test(codeOnly(last, syntax).trimEnd())) return true;
	const text = above.join('\n');
	const longQuotes = text.match(/"""|'''/g)?.length ?? 0;
	return longQuotes % 2 === 1 || scanBrackets(text, syntax).opening.length > 0;
}

/** Depths of the line before and of the blocks it stands in; where it leaves its block, of the outer ones only. */
function depthsAfter(
	above: readonly string[],
	last: string | undefined,
	width: (line: string) => number,
): ReadonlySet<number> {
	const depths = new Set([0]);
	if (last === undefined) return depths;
	let least = width(last) + 1;
	for (const line of [...above].reverse()) {
		if (isBlank(line) || width(line) >= least || isComment(line)) continue;
		least = width(line);
		depths.add(least);
	}
	if (leaves.test(last) && width(last) > 0) depths.delete(width(last));
	return depths;
}

/** Editors indent by themselves: whoever writes at the margin, after an empty line and with nothing indented below, has done so on
 * purpose. */
function hasLeftBlock(place: Place, above: readonly string[]): boolean {
	const next = nextFilledLine(place);
	return place.linePrefix === '' && isBlank(above.at(-1) ?? 'x') && (next === undefined || /^\S/.test(next));
}
