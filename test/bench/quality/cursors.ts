import { seededRandom, type Random } from '../../../src/engine/sampling';
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

/** A document that has only begun says nothing about what comes next. */
const shortestBefore = 80;
const longestRest = 120;

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
	wordEnd: (line: string, column: number): boolean => isWord(line[column - 1]) && !isWord(line[column]),
	/** A blank within the line has just been typed. */
	blank: (line: string, column: number): boolean => line[column - 1] === ' ' && line.slice(0, column).trim() !== '',
	/** After any typed character. */
	anywhere: (): boolean => true,
};

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
	const result = [...items];
	for (let last = result.length - 1; last > 0; last--) {
		const other = Math.floor(random.next() * (last + 1));
		[result[last], result[other]] = [result[other]!, result[last]!];
	}
	return result;
}
