import { type DocumentSnapshot } from '../document';
import { type Trim } from './trim';

/** So many lines running that already stand together in the document are a copy and no idiom. */
const copiedLines = 3;
/** Fewer characters than this in them, such as of three closing brackets, say nothing. */
const fewestCharacters = 40;
/** Lines looked at on either side of the cursor: a bound for large files. */
const reach = 2000;

/** Ends a block before the lines that repeat what the document already has elsewhere, indentation aside. */
export const dropCopyOfDocument: Trim = (text, { place }) => {
	const lines = text.split('\n');
	if (lines.length < copiedLines) return text;
	const wholeLines = [place.linePrefix + lines[0]!, ...lines.slice(1)].map(line => line.trim());
	const document = linesAround(place.document, place.line);
	for (let start = 0; start + copiedLines <= lines.length; start++) {
		const run = wholeLines.slice(start, start + copiedLines);
		if (run.join('').length >= fewestCharacters && holds(document, run)) return lines.slice(0, start).join('\n');
	}
	return text;
};

function linesAround(document: DocumentSnapshot, line: number): readonly string[] {
	const first = Math.max(0, line - reach);
	const count = Math.min(document.lineCount, line + reach) - first;
	return Array.from({ length: count }, (_, index) => document.lineAt(first + index).trim());
}

/** Whether the lines stand together anywhere in the document. */
function holds(document: readonly string[], run: readonly string[]): boolean {
	return document.some((_, at) => run.every((line, index) => document[at + index] === line));
}
