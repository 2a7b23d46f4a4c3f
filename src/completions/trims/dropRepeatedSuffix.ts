import { scanBrackets } from '../brackets';
import { isClosing, isTelling } from '../characters';
import { type Place } from '../place';
import { type Trim } from './trim';

/** Removes the end of a suggestion that already stands right of the cursor: words, closing brackets, a semicolon. */
export const dropRepeatedSuffix: Trim = (text, { place }) => {
	const rest = place.lineSuffix.trim();
	if (rest === '') return text;
	const kept = text.trimEnd();
	for (let length = Math.min(rest.length, kept.length); length > 0; length--) {
		const overlap = rest.slice(0, length);
		if (!kept.endsWith(overlap)) continue;
		const bare = kept.slice(0, -length);
		const cut = /^\s/.test(place.lineSuffix) ? bare.trimEnd() : bare;
		if (isTelling(overlap) || (isClosing(overlap) && closesForeign(kept, bare.length, place))) return cut;
		if (length === rest.length && /^[;,:.]$/.test(rest)) return cut;
	}
	// `call(▮);` with `f();` means the call inside: a statement cannot end before the bracket that follows.
	return /^[)\],]/.test(rest) && kept.endsWith(';') ? kept.slice(0, -1) : text;
};

/** All brackets and quotes from `start` on close something that was open before the text. */
function closesForeign(text: string, start: number, place: Place): boolean {
	const { closing } = scanBrackets(text, place.syntax, place.inside);
	const foreign = new Set(closing.map(sign => sign.offset));
	for (let offset = start; offset < text.length; offset++) {
		if (/[)\]}"'`]/.test(text[offset]!) && !foreign.has(offset)) return false;
	}
	return closing.some(sign => sign.offset >= start);
}
