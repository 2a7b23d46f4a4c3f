import { scanBrackets, type Sign } from './brackets';
import { isTelling } from './characters';
import { type Place } from './place';

/** Closing signs of a text that already stand right of the cursor, and the characters there up to the last of them. */
export interface Coverage {
	readonly signs: readonly Sign[];
	readonly covered: number;
}

/**
 * Finds the brackets and quotes right of the cursor that a text closes itself, as in `add(▮)` with `a, b) {`. Where the text goes
 * on after them, its range has to cover them: an editor shows a suggestion only if it contains, in order, all it replaces.
 */
export function coverageOf(text: string, place: Place): Coverage {
	const suffix = place.lineSuffix;
	const signs: Sign[] = [];
	let end = 0;
	for (const sign of scanBrackets(text, place.syntax, place.inside).closing) {
		let at = end;
		while (suffix[at] === ' ' || suffix[at] === '\t') at++;
		if (suffix[at] !== sign.sign) break;
		signs.push(sign);
		end = at + 1;
	}
	return { signs, covered: end };
}

/** Whether the range may be widened over the signs: what they stand among must be part of the text, and no words left behind. */
export function canCover(text: string, coverage: Coverage, place: Place): boolean {
	const { lineSuffix } = place;
	return !isTelling(lineSuffix.slice(coverage.covered)) && isSubsequence(lineSuffix.slice(0, coverage.covered), text);
}

function isSubsequence(part: string, whole: string): boolean {
	let found = 0;
	for (let index = 0; index < whole.length && found < part.length; index++) if (whole[index] === part[found]) found++;
	return found === part.length;
}
