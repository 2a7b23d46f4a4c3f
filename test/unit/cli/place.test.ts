import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../../src/completions';
import { indentationOf, LineOffsets } from '../../../src/cli/place';

const positionAt = (text: string, offset: number): object => new LineOffsets(text).positionAt(offset);

describe('an offset', () => {
	test('counts UTF-16 units, so that an emoji counts as two', () => {
		expect(positionAt('a😀b\nc', 3)).toEqual({ line: 0, character: 3 });
		expect(positionAt('a😀b\nc', 5)).toEqual({ line: 1, character: 0 });
	});

	test('inside a surrogate pair stands before it', () => {
		expect(positionAt('a😀b', 2)).toEqual({ line: 0, character: 1 });
	});

	test('between CR and LF stands at the end of the line', () => {
		expect(positionAt('ab\r\ncd', 3)).toEqual({ line: 0, character: 2 });
		expect(positionAt('ab\r\ncd', 4)).toEqual({ line: 1, character: 0 });
	});

	test('may be the end of the text and no further', () => {
		expect(positionAt('ab\n', 3)).toEqual({ line: 1, character: 0 });
		expect(() => positionAt('ab\n', 4)).toThrow(expect.objectContaining({ code: 'badRequest' }));
	});

	test('comes back from its position, and both speak of the lines of the snapshot', () => {
		const pieces = fc.array(fc.constantFrom('a', '中', '😀', '\n', '\r\n', '\r', '\t'), { maxLength: 30 });
		fc.assert(
			fc.property(pieces, fc.nat(), (list, seed) => {
				const text = list.join('');
				const offset = seed % (text.length + 1);
				const offsets = new LineOffsets(text);
				const position = offsets.positionAt(offset);
				const snapshot = snapshotOf(text, 'plaintext', 'txt');
				expect(position.character).toBeLessThanOrEqual(snapshot.lineAt(position.line).length);
				const back = offsets.offsetAt(position);
				expect(offset - back).toBeLessThanOrEqual(1);
				expect(offsets.positionAt(back)).toEqual(position);
				if (back !== offset) expect(['\r\n', '😀']).toContain(text.slice(offset - 1, offset + 1));
			}),
		);
	});
});

describe('indentation', () => {
	test.each([
		['tabs', 'a {\n\tb;\n\t\tc;\n}', { insertSpaces: false, tabSize: 4 }],
		['two spaces', 'a {\n  b {\n    c;\n  }\n}', { insertSpaces: true, tabSize: 2 }],
		['four spaces', 'def f():\n    if x:\n        y\n    z', { insertSpaces: true, tabSize: 4 }],
		['nothing to go by', 'one line', { insertSpaces: false, tabSize: 4 }],
		['comment stars of one space', '/**\n * a\n * b\n */\nclass A {\n\tb;\n}', { insertSpaces: false, tabSize: 4 }],
	])('is found from %s', (_, text, expected) => expect(indentationOf(text)).toEqual(expected));
});
