import { expect, test } from 'vitest';
import { logSumExpOf } from '../../../src/engine/sampling';
import { GenerationError } from '../../../src/generation';

test('shares among some tokens are those of a softmax over them alone', () => {
	const logits = Float32Array.of(2, 50, -1, 0.5, -Infinity);
	const ids = [3, 0, 2, 4, 99];
	const sum = Math.exp(0.5) + Math.exp(2) + Math.exp(-1);
	expect(logSumExpOf(logits, ids).logTotal).toBeCloseTo(Math.log(sum), 6);
	expect(logSumExpOf(logits, [2]).logTotal).toBe(-1);
	expect(() => logSumExpOf(Float32Array.of(1, NaN), [0, 1])).toThrow(GenerationError);
});
