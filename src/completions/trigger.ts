import { scanBrackets } from './brackets';
import { isCloser, isClosing, isSpacedWordCharacter } from './characters';
import { type RefusalReason } from './outcome';
import { type Place } from './place';
import { type CompletionRequest } from './request';

/** Other characters than closing brackets, quotes and spaces that may stand right of the cursor. */
const maxTextAfterCursor = 8;
/** A longer line is data or minified code. UTF-16 length. */
const maxLineLength = 10_000;

/** Reasons that hold whatever was shown before: switched off, or text is selected. */
export function refuseAlways(request: CompletionRequest): RefusalReason | undefined {
	if (!request.enabled) return request.disabledReason ?? 'turnedOff';
	if (request.selectedText) return 'selection';
	return undefined;
}

/** Reasons against asking for something new at this place. A manual trigger is only refused where nothing good can come. */
export function refuseHere(request: CompletionRequest, place: Place): RefusalReason | undefined {
	if (place.linePrefix.length + place.lineSuffix.length > maxLineLength) return 'lineTooLong';
	if (request.trigger === 'manual') return undefined;
	if (isSpacedWordCharacter(place.linePrefix.slice(-1)) && isSpacedWordCharacter(place.lineSuffix.slice(0, 1))) {
		return 'middleOfWord';
	}
	if (isComplete(place)) return 'lineComplete';
	if (textAfterCursor(place.lineSuffix) > maxTextAfterCursor) return 'textAfterCursor';
	if (place.markdown === 'linkTarget') return 'insideMarkup';
	return undefined;
}

/** Right of a semicolon or closing brace a model has only a line break to say, unless a bracket is still open. */
function isComplete({ syntax, inside, linePrefix, lineSuffix }: Place): boolean {
	if (syntax.kind !== 'code' || inside !== '' || !isClosing(lineSuffix)) return false;
	return /\S\s*[;}]\s*$|^\s*}\s*$/.test(linePrefix) && scanBrackets(linePrefix, syntax).opening.length === 0;
}

function textAfterCursor(lineSuffix: string): number {
	let count = 0;
	for (const character of lineSuffix) if (!isCloser(character) && character.trim() !== '') count++;
	return count;
}
