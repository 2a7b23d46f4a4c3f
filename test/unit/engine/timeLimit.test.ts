import { expect, test } from 'vitest';
import { TimeIsUp, withinTime } from '../../../src/engine/promptFormat/timeLimit';

test('work that ends gives its result, work that fails its own error', () => {
	expect(withinTime(1000, () => 7)).toBe(7);
	const mistake = new Error('a mistake');
	expect(() =>
		withinTime(1000, () => {
			throw mistake;
		}),
	).toThrow(mistake);
});

test('work that never ends is ended, and told apart from a mistake', () => {
	expect(() =>
		withinTime(50, () => {
			for (;;);
		}),
	).toThrow(TimeIsUp);
});
