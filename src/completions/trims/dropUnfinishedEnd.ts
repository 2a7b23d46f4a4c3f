import { isBlank } from '../characters';
import { dropBrokenEnd } from '../sentences';
import { type Trim } from './trim';

/** Takes back what a time or token limit cut in half: a line of a block, a word of a line and the operator before it, a clause of
 * prose. */
export const dropUnfinishedEnd: Trim = (text, { place, ending }) => {
	if (ending === 'complete' || isBlank(text)) return text;
	if (place.syntax.kind === 'prose') return dropBrokenEnd(text);
	const lines = text.split('\n');
	const whole = lines.slice(0, -1).join('\n');
	return isBlank(whole) ? text.replace(/[\p{L}\p{N}_$]+$/u, '').replace(/[\s.,:?=<>+\-*/%&|^!]+$/, '') : whole;
};
