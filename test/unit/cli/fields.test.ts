import { describe, expect, test } from 'vitest';
import { listField, numberField, pairsField, switchField, textField } from '../../../src/cli/fields';

const field = (value: unknown): ReadonlyMap<string, unknown> => new Map([['n', value]]);
const badRequest = expect.objectContaining({ code: 'badRequest' }) as Error;
const whole = { least: 0, most: 100, integer: true };
const share = { least: 0, most: 1, integer: false };

describe('numbers', () => {
	test('come as text from a shell and as numbers from JSON', () => {
		expect(numberField(field('12'), 'n', whole)).toBe(12);
		expect(numberField(field(12), 'n', whole)).toBe(12);
		expect(numberField(field('.5'), 'n', share)).toBe(0.5);
		expect(numberField(new Map(), 'n', whole)).toBeUndefined();
	});

	test.each([['1.5'], ['-1'], ['101'], [''], [' '], ['0x10'], ['12px'], ['Infinity'], [null], [true], [[]], [NaN]])(
		'out of bounds or of another kind are refused: %j',
		value => expect(() => numberField(field(value), 'n', whole)).toThrow(badRequest),
	);
});

describe('texts', () => {
	test('may be empty but not of another kind', () => {
		expect(textField(field(''), 'n')).toBe('');
		expect(() => textField(field(1), 'n')).toThrow(badRequest);
	});

	test('are repeated in messages only when short, because they may be documents', () => {
		const long = 'secret '.repeat(50);
		expect(() => numberField(field(long), 'n', whole)).toThrow(/a text of 350 characters/);
	});

	test('in lists may stand alone', () => {
		expect(listField(field('a'), 'n')).toEqual(['a']);
		expect(listField(field(['a', 'b']), 'n')).toEqual(['a', 'b']);
		expect(() => listField(field(['a', 1]), 'n')).toThrow(badRequest);
	});

	test('with names come as name=value or as an object', () => {
		expect(pairsField(field(['language=zh', 'wish=a=b']), 'n')).toEqual({ language: 'zh', wish: 'a=b' });
		expect(pairsField(field({ language: 'zh' }), 'n')).toEqual({ language: 'zh' });
		expect(() => pairsField(field(['language']), 'n')).toThrow(/name=value/);
		expect(() => pairsField(field({ language: 1 }), 'n')).toThrow(badRequest);
	});
});

test('switches are true or false', () => {
	expect(switchField(new Map(), 'n')).toBe(false);
	expect(switchField(field(true), 'n')).toBe(true);
	expect(() => switchField(field('true'), 'n')).toThrow(badRequest);
});
