import { describe, expect, test } from 'vitest';
import { defaultCompletionSettings } from '../../../src/completions';
import { modeAt } from '../../../src/completions/mode';
import { placeOf } from '../../../src/completions/place';
import { requestAt, type CursorOptions } from '../../helpers/cursorMark';

const markdown = { languageId: 'markdown', extension: 'md' };

describe('how much is suggested', () => {
	const rows: readonly (readonly [title: string, marked: string, mode: string, options?: CursorOptions])[] = [
		['a block on an empty line', 'a();\n\t▮\nb();', 'block'],
		['a block by hand', 'const a = ▮', 'block', { trigger: 'manual' }],
		['a block at the start of an empty one', 'function f() {▮}', 'block'],
		['a block after a colon with nothing below', 'def f():▮\n', 'block', { languageId: 'python' }],
		['a line where the block has lines already', 'function f() {▮\n\treturn 1;\n}', 'line'],
		['a line where it would open a block that has lines already', 'if (a▮\n\treturn 1;\n}', 'line'],
		['a line, and the block it may open', 'if (a▮', 'lineOrBlock'],
		['a line before other text', 'a = ▮ + b', 'line'],
		['a line inside a string', 'a = "▮"', 'line'],
		['a line after a case label', 'switch (a) {\n\tcase 1:▮', 'lineOrBlock'],
		['a sentence of prose', 'It is ▮', 'line', markdown],
		['a paragraph on an empty line', 'It is.\n\n▮', 'block', markdown],
		['a row of a table', '| a |\n| ▮', 'line', markdown],
	];
	for (const [title, marked, mode, options] of rows) {
		test(title, () => {
			const request = requestAt(marked, options);
			expect(modeAt(request, placeOf(request), defaultCompletionSettings)).toBe(mode);
		});
	}

	test('a line everywhere when blocks are switched off', () => {
		const request = requestAt('▮', { trigger: 'manual' });
		expect(modeAt(request, placeOf(request), { ...defaultCompletionSettings, multiline: 'never' })).toBe('line');
	});
});
