import { isTelling } from '../characters';
import { endsInLoop } from '../repetition';
import { type Trim } from './trim';

/** Drops a text that got stuck in a loop, or that would make the third equal line running. */
export const dropLoop: Trim = (text, { place }) => {
	if (endsInLoop(text)) return '';
	const line = (place.linePrefix + text.split('\n', 1)[0]!).trim();
	if (!isTelling(line) || place.line < 2) return text;
	const above = [1, 2].map(distance => place.document.lineAt(place.line - distance).trim());
	return above.every(other => other === line) ? '' : text;
};
