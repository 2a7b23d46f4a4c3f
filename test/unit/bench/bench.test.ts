import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecordings, stepsOf } from '../../bench/recording';
import { summarize } from '../../bench/statistics';

const folder = join(import.meta.dirname, '../../fixtures/typing');
const events = (
	...edits: readonly (readonly [number, number, string])[]
): readonly { ms: number; edit: typeof edits }[] =>
	edits.map((edit, index) => ({ ms: 1000 + 100 * index, edit: [edit] }));
const steps = (start: string, ...edits: readonly (readonly [number, number, string])[]): ReturnType<typeof summary>[] =>
	[...stepsOf({ path: 'a.ts', start, events: events(...edits) })].map(summary);
const summary = ({ text, cursor, jumped }: { text: string; cursor: number | undefined; jumped: boolean }): object => ({
	text: cursor === undefined ? text : `${text.slice(0, cursor)}▮${text.slice(cursor)}`,
	jumped,
});

describe('a replayed recording', () => {
	test('puts the cursor after what was typed, and between the two of a pair', () => {
		expect(steps('ab', [1, 1, 'x'], [2, 2, '()'], [3, 3, '\n\t'])).toEqual([
			{ text: 'ax▮b', jumped: true },
			{ text: 'ax(▮)b', jumped: false },
			{ text: 'ax(\n\t▮)b', jumped: false },
		]);
	});

	test('takes deleting backwards for typing on and another place for a jump', () => {
		expect(steps('abc', [3, 3, 'd'], [3, 4, ''], [0, 0, 'x'])).toEqual([
			{ text: 'abcd▮', jumped: true },
			{ text: 'abc▮', jumped: false },
			{ text: 'x▮abc', jumped: true },
		]);
	});

	test('asks for nothing after pasting; going on behind it is no jump', () => {
		expect(steps('', [0, 0, 'pasted text'], [11, 11, '!'])).toEqual([
			{ text: 'pasted text', jumped: true },
			{ text: 'pasted text!▮', jumped: false },
		]);
	});

	test('has hundreds of keystrokes in the documents that come with the project', async () => {
		const { documents } = await readRecordings(['excerpt.json', 'more.json'].map(name => join(folder, name)));
		const keystrokes = documents
			.flatMap(document => [...stepsOf(document)])
			.filter(({ cursor }) => cursor !== undefined);
		expect(documents).toHaveLength(3);
		expect(keystrokes.length).toBeGreaterThan(500);
		for (const { text, cursor } of keystrokes) expect(cursor).toBeLessThanOrEqual(text.length);
	});
});

describe('a summary', () => {
	test('has the median, the ninth decile and both ends', () => {
		expect(summarize([4, 1, 3, 2, 100], 'ms')).toEqual({
			unit: 'ms',
			median: 3,
			p90: 61.6,
			least: 1,
			most: 100,
			count: 5,
		});
	});

	test('of nothing is nothing', () => {
		expect(summarize([], 'ms')).toBeUndefined();
	});
});
