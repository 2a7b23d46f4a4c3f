import { insideAt } from '../brackets';
import { codeOnly } from '../codeOnly';
import { isImpossible } from '../impossible';
import { type Trim } from './trim';

/** Ends a text before the first line that cannot be code: `const 0 = `, `(1, 2) => {`. Lines that were impossible before stay. */
export const endBeforeImpossible: Trim = (text, { place }) => {
	const { syntax, document, linePrefix } = place;
	if (place.inside !== '' || syntax.kind === 'prose') return text;
	const cannotBe = (line: string): boolean => isImpossible(codeOnly(line, syntax), document.languageId);
	if (cannotBe(linePrefix)) return text;
	const lines = text.split('\n');
	const first = lines.findIndex((line, index) => {
		const whole = index === 0 ? linePrefix + line : line;
		return insideAt(whole, syntax) !== 'blockComment' && cannotBe(whole);
	});
	return first < 0 ? text : lines.slice(0, first).join('\n');
};
