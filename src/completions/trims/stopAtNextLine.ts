import { isTelling } from '../characters';
import { nextFilledLine } from '../place';
import { type Trim } from './trim';

/** Ends a text before the first of its lines that the document continues with, indentation included. */
export const stopAtNextLine: Trim = (text, { place }) => {
	const next = nextFilledLine(place)?.trimEnd();
	if (next === undefined || !isTelling(next)) return text;
	const lines = text.split('\n');
	const repeated = lines.findIndex((line, index) => (index === 0 ? place.linePrefix + line : line).trimEnd() === next);
	return repeated < 0 ? text : lines.slice(0, repeated).join('\n');
};
