import { distanceWithin } from './distance';

/** Leading part of a suffix that decides, in UTF-16 units, and the share of it that may differ. */
const comparedCharacters = 200;
const allowedShare = 0.1;

/**
 * Whether a prompt may keep the suffix of the one before. In suffix-first order a changed suffix costs the whole prompt, while
 * a closing bracket more or less tells the model nothing: trims look at the document itself.
 */
export function keepsSuffix(previous: string, current: string): boolean {
	if (previous === current) return true;
	if (withoutClosers(previous) === withoutClosers(current)) return true;
	// A block begun before the old suffix: its closing lines are new, what follows them is not.
	if (previous.length < current.length && withoutClosingLines(current) === withoutClosingLines(previous)) return true;
	const first = previous.slice(0, comparedCharacters);
	const second = current.slice(0, comparedCharacters);
	const allowed = Math.floor(Math.max(first.length, second.length) * allowedShare);
	return distanceWithin(first, second, allowed);
}

function withoutClosers(suffix: string): string {
	return suffix.replace(/^[)\]}>"'`;,]{1,4}/, '');
}

function withoutClosingLines(suffix: string): string {
	return suffix.replace(/^(?:[)\]}>"'`;,]|\s)+/, '');
}
