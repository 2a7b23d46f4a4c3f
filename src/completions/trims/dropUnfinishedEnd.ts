import { isBlank } from '../characters';
import { dropBrokenEnd } from '../sentences';
import { lastEndOf } from '../textEnd';
import { type Trim } from './trim';

/** Takes back what a time or token limit cut in half: a line of a block, a word of a line and what only led up to it, a clause of
 * prose. */
export const dropUnfinishedEnd: Trim = (text, { place, ending }) => {
	if (ending === 'complete' || isBlank(text)) return text;
	if (place.syntax.kind === 'prose') return dropBrokenEnd(text);
	const lines = text.split('\n');
	const whole = lines.slice(0, -1).join('\n');
	if (!isBlank(whole)) return text.slice(0, lastEndOf(text, whole.length, place));
	return text.slice(0, lastEndOf(text, text.replace(/[\p{L}\p{N}_$]+$/u, '').length, place));
};
