import { closerOf, scanBrackets, type Sign } from '../brackets';
import { leadingSpace } from '../characters';
import { coverageOf } from '../coverage';
import { type Place } from '../place';
import { type Trim, type TrimContext } from './trim';

/**
 * Leaves the document with no more unpaired brackets than it had: cuts before a closing bracket that nothing needs, such as the
 * end of a block that is already there, and closes what the text opens and the document does not.
 */
export const balanceBrackets: Trim = (text, context) => {
	const { place, balance } = context;
	const { closing, opening } = scanBrackets(text, place.syntax, place.inside);
	if (closing.length === 0 && opening.length === 0) return text;
	const allowed = balance.unpairedNow();
	for (const end of [text.length, ...closing.map(sign => sign.offset).reverse()]) {
		const mended = mend(end === text.length ? text : text.slice(0, end).trimEnd(), allowed, context);
		if (mended !== undefined) return mended;
	}
	return '';
};

/** The text with as few closing brackets added as it takes, if that can do. A bracket that it opens last and nothing closes goes: an
 * empty pair is more than it says. */
function mend(text: string, allowed: number, context: TrimContext): string | undefined {
	const { place, balance } = context;
	const { opening } = scanBrackets(text, place.syntax, place.inside);
	for (let closed = 0; closed <= opening.length; closed++) {
		const isEmptyPair = closed > 0 && /[([{]\s*$/.test(text);
		if (isEmptyPair) return mend(text.replace(/[\s=>:?,&|+]*[([{]\s*$/, ''), allowed, context);
		const mended = close(text, opening.slice(opening.length - closed), place);
		if (balance.unpairedWith(mended, coverageOf(mended, place).covered) <= allowed) return mended;
	}
	return undefined;
}

/** Appends the closing brackets, those of earlier lines on a line of their own at the indentation of the opening line. */
function close(text: string, opening: readonly Sign[], place: Place): string {
	let closed = text;
	let lineOfLast: number | undefined;
	for (const { sign, offset } of [...opening].reverse()) {
		const line = text.lastIndexOf('\n', offset);
		if (text.includes('\n', offset)) {
			if (line !== lineOfLast) closed = `${closed.trimEnd()}\n${indentOf(text, line, place)}`;
		} else if (lineOfLast === undefined) closed = closed.replace(/[\s,]+$/, '');
		closed += closerOf[sign]!;
		lineOfLast = line;
	}
	return closed;
}

/** Indentation of the line that starts after `lineEnd`; -1 is the cursor's own. */
function indentOf(text: string, lineEnd: number, place: Place): string {
	return leadingSpace(lineEnd < 0 ? place.linePrefix + text : text.slice(lineEnd + 1));
}
