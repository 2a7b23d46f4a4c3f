import { scanBrackets } from '../brackets';
import { coverageOf } from '../coverage';
import { lastEndOf } from '../textEnd';
import { type Trim } from './trim';

/**
 * Leaves the document with no more unpaired brackets than it had, and adds none: cuts before a closing bracket that nothing needs,
 * such as the end of a block that is already there, and before what opens a bracket that neither the text nor the document closes.
 */
export const balanceBrackets: Trim = (text, { place, balance }) => {
	const { closing, opening } = scanBrackets(text, place.syntax, place.inside);
	if (closing.length === 0 && opening.length === 0) return text;
	const allowed = balance.unpairedNow();
	const isBalanced = (kept: string): boolean => balance.unpairedWith(kept, coverageOf(kept, place).covered) <= allowed;
	if (isBalanced(text)) return text;
	const cuts = [
		...closing.map(({ offset }) => ({ offset, kept: text.slice(0, offset).trimEnd() })),
		...opening.map(({ offset }) => ({ offset, kept: text.slice(0, lastEndOf(text, offset, place)) })),
	].sort((first, second) => second.offset - first.offset);
	return cuts.find(({ kept }) => isBalanced(kept))?.kept ?? '';
};
