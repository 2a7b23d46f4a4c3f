import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Drafts } from '../../../src/engine/decoding/drafts';
import { PromptLookup } from '../../../src/engine/decoding/promptLookup';
import { DraftPace } from '../../../src/engine/draftPace';

/** A pace that has seen runs of one token and of four, the latter so many times as long. */
function paceOf(times: number): DraftPace {
	const pace = new DraftPace();
	for (let run = 0; run < 40; run++) {
		pace.note(1, 10);
		pace.note(4, 10 * times);
	}
	return pace;
}

describe('a guess from what was there before', () => {
	test('is what followed the same three tokens', () => {
		const lookup = new PromptLookup([1, 2, 3, 4, 5, 6, 9, 1, 2, 3]);
		expect(lookup.guess(3)).toEqual([4, 5, 6]);
	});

	test('goes on where it was right, even when the same three tokens came again later', () => {
		const lookup = new PromptLookup([7, 1, 2, 3, 4, 8, 1, 2, 3, 5, 6, 7, 1, 2, 3]);
		expect(lookup.guess(2)).toEqual([4, 8]);
		lookup.push(5);
		expect(lookup.guess(2)).toEqual([6, 7]);
	});

	test('is none where nothing like it was there', () => {
		expect(new PromptLookup([1, 2, 3, 4, 5]).guess(4)).toEqual([]);
		expect(new PromptLookup([1, 2]).guess(4)).toEqual([]);
	});

	test('is always something that once followed the last three tokens', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(3), { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (ids, count) => {
				const guess = new PromptLookup(ids).guess(count);
				const end = ids.slice(-3).join();
				const followed = ids.flatMap((_, at) =>
					at >= 3 && ids.slice(at - 3, at).join() === end ? [ids.slice(at, at + count).join()] : [],
				);
				if (guess.length > 0) expect(followed).toContain(guess.join());
				else expect(followed).toEqual([]);
			}),
		);
	});
});

describe('the length of a draft', () => {
	test('is nothing before a run was measured', () => {
		expect(new DraftPace().bestLength(1)).toBe(0);
	});

	test('is nothing where a run of four tokens takes four times as long', () => {
		expect(paceOf(4).bestLength(0.9)).toBe(0);
	});

	test('grows with how often guesses are right and how cheap they are', () => {
		const [cheap, dear] = [paceOf(1.3), paceOf(2.4)];
		expect(cheap.bestLength(0.95)).toBe(7);
		expect(cheap.bestLength(0.5)).toBeLessThan(cheap.bestLength(0.9));
		expect(dear.bestLength(0.9)).toBeLessThan(cheap.bestLength(0.9));
		expect(dear.bestLength(0.2)).toBe(0);
	});
});

describe('the drafts of an answer', () => {
	const prompt = Array.from({ length: 40 }, (_, index) => index % 20);

	test('end when they are wrong and begin again when they would have been right', () => {
		const drafts = new Drafts(prompt, [], paceOf(2));
		expect(drafts.next(20)).toEqual([0, 1, 2, 3].slice(0, drafts.next(20).length));
		expect(drafts.next(20).length).toBeGreaterThan(0);
		// The beginning is as before, and then always something else.
		for (let round = 0; round < 12; round++) for (const id of [0, 1, 2, 50]) drafts.accept(id);
		for (const id of [17, 18, 19]) drafts.accept(id);
		expect(drafts.next(20).length).toBeGreaterThan(0);
	});

	test('are never longer than the rest of the answer', () => {
		expect(new Drafts(prompt, [], paceOf(1.2)).next(2)).toHaveLength(2);
		expect(new Drafts(prompt, [], paceOf(1.2)).next(0)).toEqual([]);
	});
});
