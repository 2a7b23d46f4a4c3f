import { indentWidth, isBlank, isTelling, leadingSpace } from '../characters';
import { distanceWithin } from '../distance';
import { type Place } from '../place';
import { type Trim } from './trim';

const comparedLines = 3;
const allowedShare = 0.05;

/** Drops a text whose first lines, but for a slip of a few letters, already follow in the document at the same indentation. */
export const dropDuplicateOfSuffix: Trim = (text, { place }) => {
	const suggested = filled((place.linePrefix + text).split('\n'), comparedLines);
	const following = linesBelow(place, suggested.length);
	if (following.length < suggested.length || !isTelling(suggested[0] ?? '')) return text;
	return suggested.every((line, index) => alike(line, following[index]!, place.tabSize)) ? '' : text;
};

function alike(first: string, second: string, tabSize: number): boolean {
	if (indentWidth(leadingSpace(first), tabSize) !== indentWidth(leadingSpace(second), tabSize)) return false;
	const [one, other] = [first.trim(), second.trim()];
	return distanceWithin(one, other, Math.floor(Math.max(one.length, other.length) * allowedShare));
}

function filled(lines: readonly string[], most: number): readonly string[] {
	return lines.filter(line => !isBlank(line)).slice(0, most);
}

function linesBelow(place: Place, most: number): readonly string[] {
	const lines: string[] = [];
	const last = Math.min(place.document.lineCount - 1, place.line + 20);
	for (let line = place.line + 1; line <= last && lines.length < most; line++) {
		const text = place.document.lineAt(line);
		if (!isBlank(text)) lines.push(text);
	}
	return lines;
}
