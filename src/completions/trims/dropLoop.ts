import { isTelling } from '../characters';
import { endsInLoop } from '../repetition';
import { type Trim } from './trim';

/** Drops a text that got stuck in a loop, all but its first line where the loop came later, or that would make the third equal line
 * running. */
export const dropLoop: Trim = (text, { place }) => {
	const kept = endsInLoop(text) ? beforeLoop(text) : text;
	const line = (place.linePrefix + text.split('\n', 1)[0]!).trim();
	if (!isTelling(line) || place.line < 2) return kept;
	const above = [1, 2].map(distance => place.document.lineAt(place.line - distance).trim());
	return above.every(other => other === line) ? '' : kept;
};

function beforeLoop(text: string): string {
	const [first = '', ...others] = text.split('\n');
	return others.length === 0 || others.includes(first) || endsInLoop(first) ? '' : first;
}
