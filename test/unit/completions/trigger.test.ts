import { describe, expect, test } from 'vitest';
import { placeOf } from '../../../src/completions/place';
import { refuseAlways, refuseHere } from '../../../src/completions/trigger';
import { requestAt, type CursorOptions } from '../../helpers/cursorMark';

function refusal(marked: string, options: CursorOptions = {}): string | undefined {
	const request = requestAt(marked, options);
	return refuseAlways(request) ?? refuseHere(request, placeOf(request));
}

const markdown = { languageId: 'markdown', extension: 'md' };

describe('a suggestion is not asked for', () => {
	const rows: readonly (readonly [title: string, marked: string, reason: string, options?: CursorOptions])[] = [
		['where completions are off', 'a▮', 'turnedOff', { enabled: false }],
		['in a language that is off', 'a▮', 'languageDisabled', { enabled: false, disabledReason: 'languageDisabled' }],
		['while snoozed', 'a▮', 'snoozed', { enabled: false, disabledReason: 'snoozed' }],
		['with a selection', 'a▮', 'selection', { selectedText: true }],
		['with a selection, even by hand', 'a▮', 'selection', { selectedText: true, trigger: 'manual' }],
		['in the middle of a word', 'con▮st a', 'middleOfWord'],
		['in the middle of an accented word', 'caf▮é', 'middleOfWord'],
		['before nine other characters', 'f(▮ abcdefghi)', 'textAfterCursor'],
		['after a statement', 'const a = 1;▮', 'lineComplete'],
		['after a block', '\tif (a) {\n\t\tb();\n\t}▮', 'lineComplete'],
		['in a line of data', `${'x'.repeat(10_001)}▮`, 'lineTooLong'],
		['in the address of a link', 'see [docs](http://▮', 'insideMarkup', markdown],
		['in a link definition', '[docs]: http://▮', 'insideMarkup', markdown],
	];
	for (const [title, marked, reason, options] of rows) {
		test(title, () => expect(refusal(marked, options)).toBe(reason));
	}
});

describe('a suggestion is asked for', () => {
	const rows: readonly (readonly [title: string, marked: string, options?: CursorOptions])[] = [
		['at the end of a line', 'const a = ▮\nb'],
		['before closing brackets and quotes, however many', 'f(g(h(["▮"])))    '],
		['before eight other characters', 'f(▮ abcdefgh)'],
		['between two Chinese characters', '今天▮天气', { languageId: 'plaintext' }],
		['in the middle of a line, by hand', 'a = ▮some(long).expression', { trigger: 'manual' }],
		['after a semicolon in a for', 'for (let i = 0;▮) {', {}],
		['after a semicolon in a for that nothing closes yet', 'for (let i = 0;▮', {}],
		['after a semicolon of prose', 'It rained;▮', markdown],
		['after a statement, by hand', 'const a = 1;▮', { trigger: 'manual' }],
		['in the text of a link', 'see [▮', markdown],
		['in a fence, even where it looks like a link', '```\n[a](b▮\n```', markdown],
	];
	for (const [title, marked, options] of rows) {
		test(title, () => expect(refusal(marked, options)).toBeUndefined());
	}
});
