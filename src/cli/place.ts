import { type Position, type Range } from '../completions';
import { badRequest } from './fields';

/** Line starts of a text, so that offsets and positions turn into each other. Lines end as in `snapshotOf`. */
export class LineOffsets {
	/** Offset of each line's first character, and of the first character after its text. */
	private readonly lines: readonly { readonly start: number; readonly end: number }[];

	constructor(private readonly text: string) {
		const lines: { start: number; end: number }[] = [];
		let start = 0;
		for (const match of text.matchAll(/\r\n|\r|\n/g)) {
			lines.push({ start, end: match.index });
			start = match.index + match[0].length;
		}
		lines.push({ start, end: text.length });
		this.lines = lines;
	}

	/**
	 * The cursor at an offset in UTF-16 units, corrected as VS Code does: between CR and LF it is at the end of the
	 * line, and within a surrogate pair before it.
	 * @throws GenerationError badRequest when the offset lies outside the text
	 */
	positionAt(offset: number): Position {
		if (offset < 0 || offset > this.text.length)
			throw badRequest(`--offset ${offset} is outside the text, which has ${this.text.length} UTF-16 units.`);
		const line = this.lines.findLastIndex(({ start }) => start <= offset);
		const { start, end } = this.lines[line]!;
		const place = Math.min(offset, end);
		return { line, character: (this.splitsPair(place) ? place - 1 : place) - start };
	}

	offsetAt(position: Position): number {
		const { start, end } = this.lines[position.line]!;
		return Math.min(start + position.character, end);
	}

	/** Start and end of a range as offsets: the suggestion replaces text.slice(start, end). */
	offsetsOf(range: Range): readonly [number, number] {
		return [this.offsetAt(range.start), this.offsetAt(range.end)];
	}

	private splitsPair(offset: number): boolean {
		const isBetween = offset > 0 && offset < this.text.length;
		return isBetween && this.text.codePointAt(offset - 1)! > 0xffff;
	}
}

/** How a text is indented, as an editor would find out by looking at it; tabs of 4 where nothing tells. */
export function indentationOf(text: string): { readonly insertSpaces: boolean; readonly tabSize: number } {
	const widths = new Map<number, number>();
	let tabbed = 0;
	let spaced = 0;
	let before = 0;
	for (const match of text.matchAll(/^([ \t]*)\S/gm)) {
		const indent = match[1]!;
		if (indent.startsWith('\t')) tabbed++;
		else if (indent.length > 1) spaced++;
		const step = Math.abs(indent.length - before);
		if (!indent.includes('\t') && step >= 2 && step <= 8) widths.set(step, (widths.get(step) ?? 0) + 1);
		before = indent.length;
	}
	const [width] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [4];
	return spaced > tabbed ? { insertSpaces: true, tabSize: width } : { insertSpaces: false, tabSize: 4 };
}
