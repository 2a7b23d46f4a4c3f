/** A piece of a document. Lines count from 1, both included. */
export interface Passage {
	readonly first: number;
	readonly last: number;
	readonly text: string;
}

/** A passage ends at the next good place after this many characters, and in any case after this many lines or characters. */
const goodLength = 600;
const mostLength = 1600;
const mostLines = 40;
/** Longer lines are cut for the index: they are data or minified. */
const mostLineLength = 1000;

/** Cuts a document into passages that follow each other without gap, at headings and blank lines where there are any. */
export function splitPassages(text: string): readonly Passage[] {
	const lines = text.split(/\r?\n/).map(line => line.slice(0, mostLineLength));
	const passages: Passage[] = [];
	let start = 0;
	let length = 0;
	const end = (after: number): void => {
		const piece = lines.slice(start, after).join('\n');
		if (piece.trim() !== '') passages.push({ first: start + 1, last: lastWithText(lines, start, after), text: piece });
		start = after;
		length = 0;
	};
	for (const [index, line] of lines.entries()) {
		const isBlank = line.trim() === '';
		const isFull = length + line.length > mostLength || index - start >= mostLines;
		const begins =
			/^#{1,6}\s/.test(line) || (length > goodLength && startsBlock(line) && lines[index - 1]?.trim() === '');
		if (index > start && (isFull || (begins && length > 0))) end(index);
		if (!isBlank) length += line.length + 1;
	}
	end(lines.length);
	return passages;
}

/** Not indented: the start of a paragraph, a function, a class. */
function startsBlock(line: string): boolean {
	return /^\S/.test(line) && !/^[)}\]]/.test(line);
}

function lastWithText(lines: readonly string[], start: number, after: number): number {
	let last = after;
	while (last > start + 1 && lines[last - 1]!.trim() === '') last--;
	return last;
}
