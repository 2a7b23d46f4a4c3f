import { scanBrackets } from '../brackets';
import { lastEndOf } from '../textEnd';
import { type Trim } from './trim';

/** Takes back a string that the text begins and neither it nor the rest of the line ends, and what only led up to it. */
export const closeStrings: Trim = (text, { place }) => {
	const { inside, insideSince } = scanBrackets(text, place.syntax, place.inside);
	const isString = inside === '"' || inside === "'" || inside === '`';
	if (!isString || insideSince < 0 || place.lineSuffix.includes(inside)) return text;
	return text.slice(0, lastEndOf(text, insideSince, place));
};
