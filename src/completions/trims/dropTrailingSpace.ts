import { isBlank } from '../characters';
import { type Trim } from './trim';

/** Removes space at the end: all of it before an empty rest of the line, else the spaces that would double those right of it. */
export const dropTrailingSpace: Trim = (text, { place }) => {
	if (isBlank(place.lineSuffix)) return text.trimEnd();
	return /^[\s)\]},;]/.test(place.lineSuffix) ? text.replace(/(?<=[^\s])[ \t]+$/, '') : text;
};
