import { indentWidth, isBlank, isClosing, leadingSpace } from './characters';
import { nextFilledLine, type Place } from './place';
import { type CompletionRequest } from './request';
import { type CompletionSettings } from './settings';

/** How far a suggestion may go: the rest of the line; the same, but on to the end of a block it opens; or a block. */
export type Mode = 'line' | 'lineOrBlock' | 'block';

/** Decides how much to suggest from the cursor's place. */
export function modeAt(request: CompletionRequest, place: Place, settings: CompletionSettings): Mode {
	if (settings.multiline === 'never' || place.markdown === 'table') return 'line';
	if (settings.multiline === 'always' || request.trigger === 'manual') return 'block';
	const closed = isClosing(place.lineSuffix);
	if (isBlank(place.linePrefix) && isBlank(place.lineSuffix)) return 'block';
	if (place.syntax.kind === 'prose' || !closed || place.inside !== '') return 'line';
	// The lines of the block that this line opens may be there already.
	if (!blockIsEmpty(place)) return 'line';
	return opensBlock(place.linePrefix) ? 'block' : 'lineOrBlock';
}

/** The line's end opens a bracket or, after a colon or arrow, an indented block. */
function opensBlock(linePrefix: string): boolean {
	return /(\{|\(|\[|=>|^\s*[\w@].*:)\s*$/.test(linePrefix) && !/\b(case|default)\b.*:\s*$|\?.*:\s*$/.test(linePrefix);
}

function blockIsEmpty(place: Place): boolean {
	const next = nextFilledLine(place);
	if (next === undefined) return true;
	const width = (text: string): number => indentWidth(leadingSpace(text), place.tabSize);
	return width(next) <= width(place.linePrefix);
}
