import { type Candidate, type Ending } from '../../../src/completions/answer';
import { BracketBalance } from '../../../src/completions/bracketBalance';
import { modeAt } from '../../../src/completions/mode';
import { placeOf } from '../../../src/completions/place';
import { defaultCompletionSettings } from '../../../src/completions';
import { suggestionFrom, type Trimmed } from '../../../src/completions/suggestion';
import { type Trim } from '../../../src/completions/trims';
import { requestAt, type CursorOptions } from '../../helpers/cursorMark';

/** What a trim makes of a text at the ▮ of a document. */
export function trimmed(
	trim: Trim,
	marked: string,
	text: string,
	options: CursorOptions & { ending?: Ending } = {},
): string {
	const { ending = 'complete', ...rest } = options;
	const request = requestAt(marked, rest);
	const place = placeOf(request);
	const mode = modeAt(request, place, defaultCompletionSettings);
	return trim(text, { place, mode, ending, trigger: request.trigger, balance: new BracketBalance(place) });
}

/** What is left of a model's text at the ▮ of a document after all trims. */
export function suggested(marked: string, text: string, options: CursorOptions & { ending?: Ending } = {}): Trimmed {
	const { ending = 'complete', ...rest } = options;
	const request = requestAt(marked, rest);
	const place = placeOf(request);
	const settings = { ...defaultCompletionSettings, multiline: 'auto' as const };
	return suggestionFrom(sureOf(text, ending), 0, {
		place,
		mode: modeAt(request, place, settings),
		settings,
		trigger: request.trigger,
	});
}

/** A candidate the model had no doubt about. */
export function sureOf(text: string, ending: Ending = 'complete'): Candidate {
	return { text, ending, marks: [{ end: text.length, logProbability: -0.001 }] };
}
