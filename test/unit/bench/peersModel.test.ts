import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onnxBlocks } from '../../bench/peers/model/onnxBlocks';
import { makeVocabulary } from '../../bench/peers/model/vocabulary';
import { fromFloat16, randomLevels, toFloat16 } from '../../bench/peers/model/weights';
import { compare } from '../../bench/peers/paired';

test('a scale is written as the 16-bit float next to it', () => {
	fc.assert(
		fc.property(fc.double({ min: 1e-4, max: 1000, noNaN: true }), value => {
			expect(Math.abs(fromFloat16(toFloat16(value)) / value - 1)).toBeLessThan(2 ** -11 * 1.001);
		}),
	);
});

test.each([4, 8] as const)('%i-bit blocks hold the levels that were drawn, filled up with zeros', bits => {
	const drawn = randomLevels('matrix', 3, 160, bits);
	const { values, blocks } = onnxBlocks(drawn);
	expect(blocks).toBe(2);
	const zero = bits === 4 ? 8 : 128;
	const unpacked = bits === 8 ? [...values] : [...values].flatMap(byte => [byte & 15, byte >> 4]);
	for (let row = 0; row < 3; row++)
		for (let column = 0; column < 256; column++) {
			const expected = column < 160 ? drawn.levels[row * 160 + column]! : 0;
			expect(unpacked[row * 256 + column]! - zero).toBe(expected);
		}
});

test('the same name gives the same matrix, another name another', () => {
	expect(randomLevels('one', 4, 128, 8)).toEqual(randomLevels('one', 4, 128, 8));
	expect(randomLevels('one', 4, 128, 8).levels).not.toEqual(randomLevels('other', 4, 128, 8).levels);
});

test('a vocabulary has the size that was asked for and no token twice', () => {
	const { tokens, merges } = makeVocabulary(20_000);
	expect(new Set(tokens).size).toBe(20_000);
	expect(merges).toHaveLength(20_000 - 257);
});

test('ratios are paired by round and taken from calm rounds only', () => {
	const busy = { values: [10, 10], foreign: 0.9 };
	const calm = [
		{ values: [1, 2], foreign: 0.01 },
		{ values: [2, 6], foreign: 0.02 },
		{ values: [1, 4], foreign: 0 },
	];
	expect(compare('decode', 'ms', [busy, ...calm])).toEqual({
		measure: 'decode',
		unit: 'ms',
		medians: [1, 4],
		ratios: [3],
		rounds: 4,
		calmRounds: 3,
	});
});
