import { indentWidth, isBlank, leadingSpace } from '../characters';
import { type Place } from '../place';
import { type Trim } from './trim';

/** Writes the indentation of every line in the document's unit: tabs, or spaces only. */
export const keepIndentation: Trim = (text, { place }) => {
	const lines = text.split('\n');
	const unit = place.insertSpaces ? place.tabSize : spaceUnit(lines.slice(1), place.tabSize);
	const from = isBlank(place.linePrefix) ? 0 : 1;
	return lines.map((line, index) => (index < from ? line : reindented(line, unit, place))).join('\n');
};

function reindented(line: string, unit: number, place: Place): string {
	const space = leadingSpace(line);
	if (space === '') return line;
	const rest = line.slice(space.length);
	if (place.insertSpaces) return space.includes('\t') ? ' '.repeat(indentWidth(space, place.tabSize)) + rest : line;
	const mixed = space.includes(' \t');
	const tabs = mixed ? '' : /^\t*/.exec(space)![0];
	const columns = mixed ? indentWidth(space, place.tabSize) : space.length - tabs.length;
	const step = mixed ? place.tabSize : unit;
	return tabs + '\t'.repeat(Math.floor(columns / step)) + ' '.repeat(columns % step) + rest;
}

/** The smallest indentation by spaces in the text, at least two: its unit, at most a tab's width. */
function spaceUnit(lines: readonly string[], tabSize: number): number {
	let unit = tabSize;
	for (const line of lines) {
		const columns = /^ */.exec(line)![0].length;
		if (columns >= 2 && !isBlank(line)) unit = Math.min(unit, columns);
	}
	return unit;
}
