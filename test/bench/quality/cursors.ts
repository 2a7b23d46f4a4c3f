import { seededRandom, type Random } from '../../../src/engine/sampling';
import { indentWidth, isBlank, isIdeographic, leadingSpace } from '../../../src/completions/characters';
import { type HeldOutFile } from './heldOut';

/** Where somebody is typing. */
export type CursorKind = keyof typeof standsAt;
export const cursorKinds = ['wordEnd', 'blank', 'anywhere'] as const satisfies readonly CursorKind[];

/** A moment of typing: the file with the rest of one line not written yet. */
export interface TypingPlace {
	readonly file: HeldOutFile;
	/** The cursor stands between the two. `after` starts with the line's end, or is empty. */
	readonly before: string;
	readonly after: string;
	/** What the line really went on with, without blanks at its end; never empty. */
	readonly rest: string;
}

/** A place where the block that a line opens is not written yet: its lines and what closes it are taken out. */
export interface BlockPlace extends TypingPlace {
	readonly lines: number;
}

/** A document that has only begun says nothing about what comes next. */
const shortestBefore = 80;
const longestRest = 120;
/** Longer blocks are no one suggestion. */
const mostBlockLines = 8;

/** Every offset of a text where a cursor of this kind can stand with something left of its line. */
export function cursorsIn(text: string, kind: CursorKind): readonly number[] {
	const cursors: number[] = [];
	for (const { 0: line, index: start } of text.matchAll(/[^\n]+/g)) {
		const written = line.trimEnd().length;
		// Editors indent by themselves: nobody types within the indentation.
		const first = line.length - line.trimStart().length;
		for (let column = first; column < written; column++) {
			const fits = start + column >= shortestBefore && written - column <= longestRest;
			if (fits && standsAt[kind](line, column)) cursors.push(start + column);
		}
	}
	return cursors;
}

/** Places to type at, drawn with equal chances for files and, within one, for cursors. The same for the same seed. */
export function samplePlaces(
	files: readonly HeldOutFile[],
	kind: CursorKind,
	{ count, seed }: { readonly count: number; readonly seed: number },
): readonly TypingPlace[] {
	const random = seededRandom(seed);
	const usable = files
		.map(file => ({ file, cursors: cursorsIn(file.text, kind) }))
		.filter(({ cursors }) => cursors.length > 0);
	const order = shuffled(usable, random);
	return Array.from({ length: order.length === 0 ? 0 : count }, (_, index) => {
		const { file, cursors } = order[index % order.length]!;
		return placeAt(file, cursors[Math.floor(random.next() * cursors.length)]!);
	});
}

/** Blocks to write, drawn as `samplePlaces` draws; every other cursor stands on the block's first line, indented as editors do. */
export function sampleBlocks(
	files: readonly HeldOutFile[],
	{ count, seed }: { readonly count: number; readonly seed: number },
): readonly BlockPlace[] {
	const random = seededRandom(seed);
	const usable = files.map(file => ({ file, blocks: blocksIn(file) })).filter(({ blocks }) => blocks.length > 0);
	const order = shuffled(usable, random);
	return Array.from({ length: order.length === 0 ? 0 : count }, (_, index) => {
		const { file, blocks } = order[index % order.length]!;
		const { start, end, lines } = blocks[Math.floor(random.next() * blocks.length)]!;
		const indented = start + (/^\s*/.exec(file.text.slice(start))?.[0].length ?? 0);
		const cursor = index % 2 === 0 ? start : indented;
		return {
			file,
			before: file.text.slice(0, cursor),
			after: file.text.slice(end),
			rest: file.text.slice(cursor, end).trimEnd(),
			lines,
		};
	});
}

interface Block {
	/** Where the line that opens the block ends, and where the block does. */
	readonly start: number;
	readonly end: number;
	readonly lines: number;
}

/** A line after which a block belongs, in the languages of the held-out text. */
const opensBlock =
	/(?:[{([:]|=>|->|\b(?:do|then|begin|else))\s*(?:\|[^|]*\|)?\s*$|^\s*(?:def|class|module|if|elsif|unless|while|until|case|when)\b/;
const closesBlock = /^\s*(?:[)\]}]+[;,)]*|end|fi|done|esac)\s*$/;

function blocksIn({ text }: HeldOutFile): readonly Block[] {
	const lines = [...text.matchAll(/[^\n]*\n/g)].map(({ 0: line, index }) => ({ line: line.trimEnd(), index }));
	const width = (at: number): number => indentWidth(leadingSpace(lines[at]!.line), 4);
	return lines.flatMap(({ line, index }, at) => {
		if (!opensBlock.test(line) || index < shortestBefore) return [];
		let last = at;
		while (last + 1 < lines.length && !isBlank(lines[last + 1]!.line) && width(last + 1) > width(at)) last++;
		if (last === at || last - at > mostBlockLines) return [];
		if (last + 1 < lines.length && closesBlock.test(lines[last + 1]!.line)) last++;
		const { index: lastIndex, line: lastLine } = lines[last]!;
		return [{ start: index + line.length, end: lastIndex + lastLine.length, lines: last - at }];
	});
}

/** Up to `count` of some items in an order that depends on the seed alone. */
export function sampleOf<T>(items: readonly T[], count: number, seed: number): readonly T[] {
	return shuffled(items, seededRandom(seed)).slice(0, count);
}

function placeAt(file: HeldOutFile, offset: number): TypingPlace {
	const lineEnd = file.text.indexOf('\n', offset);
	const end = lineEnd < 0 ? file.text.length : lineEnd;
	return {
		file,
		before: file.text.slice(0, offset),
		after: file.text.slice(end),
		rest: file.text.slice(offset, end).trimEnd(),
	};
}

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}_$]/u.test(character);

const standsAt = {
	/** A word has just been finished. */
	wordEnd: (line: string, column: number): boolean =>
		isWord(line[column - 1]) && (!isWord(line[column]) || betweenChineseWords(line, column)),
	/** A blank within the line has just been typed. */
	blank: (line: string, column: number): boolean => line[column - 1] === ' ' && line.slice(0, column).trim() !== '',
	/** After any typed character. */
	anywhere: (): boolean => true,
};

/** A script without spaces has the bounds of its words in a dictionary. */
function betweenChineseWords(line: string, column: number): boolean {
	if (!isIdeographic(line.charCodeAt(column - 1)) || !isIdeographic(line.charCodeAt(column))) return false;
	return words.segment(line).containing(column)?.index === column;
}

const words = new Intl.Segmenter('zh', { granularity: 'word' });

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
	const result = [...items];
	for (let last = result.length - 1; last > 0; last--) {
		const other = Math.floor(random.next() * (last + 1));
		[result[last], result[other]] = [result[other]!, result[last]!];
	}
	return result;
}
