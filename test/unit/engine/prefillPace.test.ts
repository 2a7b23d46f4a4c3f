import { expect, test } from 'vitest';
import { PrefillPace } from '../../../src/engine/prefillPace';

/** The chunk size after some chunks on a machine of this speed. */
function settled(msPerToken: number): number {
	const pace = new PrefillPace();
	for (let index = 0; index < 10; index++) pace.note(pace.chunkTokens, pace.chunkTokens * msPerToken);
	return pace.chunkTokens;
}

test('computes 128 tokens at once when that is quick', () => {
	expect(settled(0.5)).toBe(128);
});

test.each([2, 4, 10, 20])('keeps a run of %d ms a token under 250 ms', msPerToken => {
	expect(settled(msPerToken) * msPerToken).toBeLessThanOrEqual(250);
});

test('goes on in small chunks on a very slow machine', () => {
	expect(settled(500)).toBe(8);
});

test('does not take the fixed cost of a short run for the speed of the machine', () => {
	const pace = new PrefillPace();
	for (let index = 0; index < 10; index++) pace.note(128, 64);
	pace.note(1, 30);
	expect(pace.chunkTokens).toBe(128);
});
