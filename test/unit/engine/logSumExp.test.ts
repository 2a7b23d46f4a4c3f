import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largestOf, logSumExp, logSumExpOf } from '../../../src/engine/sampling';
import { createVectorSums } from '../../../src/engine/sampling/vectorSums';
import { GenerationError } from '../../../src/generation';

test('shares among some tokens are those of a softmax over them alone', () => {
	const logits = Float32Array.of(2, 50, -1, 0.5, -Infinity);
	const ids = [3, 0, 2, 4, 99];
	const sum = Math.exp(0.5) + Math.exp(2) + Math.exp(-1);
	expect(logSumExpOf(logits, ids).logTotal).toBeCloseTo(Math.log(sum), 6);
	expect(logSumExpOf(logits, [2]).logTotal).toBe(-1);
	expect(() => logSumExpOf(Float32Array.of(1, NaN), [0, 1])).toThrow(GenerationError);
});

/** Vocabularies on both sides of where vectors begin, that do and do not fill the last vector. */
const vocabulary = fc.tuple(
	fc.integer({ min: 1, max: 1100 }),
	fc.integer({ min: 1, max: 2 ** 31 - 1 }),
	fc.double({ min: 0.01, max: 200, noNaN: true }),
);

function logitsOf([count, seed, spread]: readonly [number, number, number]): Float32Array {
	let state = seed;
	return Float32Array.from({ length: count }, () => {
		state = (state * 48_271) % 2_147_483_647;
		return (state / 2_147_483_647 - 0.5) * spread;
	});
}

describe('the sum over a whole vocabulary', () => {
	test('is what 64-bit numbers give, whatever lies behind it', () => {
		fc.assert(
			fc.property(vocabulary, shape => {
				const logits = logitsOf(shape);
				const best = Math.max(...logits);
				const total = best + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - best), 0));
				const padded = Float32Array.of(...logits, 1000, NaN);
				const found = logSumExp(padded, logits.length);
				expect(found.best).toBe(best);
				expect(found.logTotal).toBeCloseTo(total, 6);
				expect(largestOf(logits)).toBe(best);
			}),
		);
	});

	test('refuses one number that is none, wherever it is', () => {
		fc.assert(
			fc.property(vocabulary, fc.nat(), fc.constantFrom(NaN, Infinity), (shape, at, broken) => {
				const logits = logitsOf(shape);
				logits[at % logits.length] = broken;
				expect(() => logSumExp(logits, logits.length)).toThrow(GenerationError);
			}),
		);
	});

	test('counts the impossible as nothing, and refuses when everything is', () => {
		const logits = new Float32Array(1000).fill(-Infinity);
		expect(() => logSumExp(logits, 1000)).toThrow(GenerationError);
		logits[997] = 3;
		expect(logSumExp(logits, 1000)).toEqual({ logTotal: 3, best: 3 });
	});

	test('is done by vectors here, also after a larger vocabulary', () => {
		const vectors = createVectorSums()!;
		expect(vectors.largest(logitsOf([300_000, 5, 10]))).toBeGreaterThan(4);
		expect(vectors.largest(Float32Array.of(1, 2, 2, 1, 0))).toBe(2);
		expect(vectors.sumOfExponentials()).toBeCloseTo(2 + 2 * Math.exp(-1) + Math.exp(-2), 6);
	});
});
