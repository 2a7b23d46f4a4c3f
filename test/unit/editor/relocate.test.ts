import { describe, expect, test } from 'vitest';
import { relocate } from '../../../src/editor/relocate';

describe('a passage is found again', () => {
	test.each([
		['where it was', 'one two', 'two', 4, 4],
		['where it was, though it occurs elsewhere too', 'two two', 'two', 4, 4],
		['after text was added before it', 'new one two', 'two', 4, 8],
		['with nothing in it, where it was', 'one', '', 3, 3],
	])('%s', (_, ...[document, passage, offset, expected]) => {
		expect(relocate(document, passage, offset)).toBe(expected);
	});

	test.each([
		['it was changed', 'one tvo', 'two', 4],
		['it moved and could be meant in two places', 'a two two', 'two', 3],
		['it moved and its copies overlap', 'xaaa', 'aa', 0],
	])('not when %s', (_, document, passage, offset) => {
		expect(relocate(document, passage, offset)).toBeUndefined();
	});
});
