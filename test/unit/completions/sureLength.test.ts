import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Candidate } from '../../../src/completions/answer';
import { placeOf } from '../../../src/completions/place';
import { sureLength } from '../../../src/completions/sureLength';
import { lastEndOf } from '../../../src/completions/textEnd';
import { requestAt } from '../../helpers/cursorMark';
import { Harness } from './harness';

/** A candidate of pieces, each with its probability. */
function candidateOf(...pieces: readonly (readonly [text: string, probability: number])[]): Candidate {
	let text = '';
	const marks = pieces.map(([piece, probability]) => {
		text += piece;
		return { end: text.length, logProbability: Math.log(probability) };
	});
	return { text, ending: 'complete', marks };
}

/** What of a candidate is shown at the start of a line. */
function sure(candidate: Candidate, probability = 0.25, from = 0): string {
	const text = candidate.text.slice(from);
	const length = sureLength(text, candidate, from, probability);
	return length === text.length ? text : text.slice(0, lastEndOf(text, length, placeOf(requestAt('▮'))));
}

describe('a suggestion ends where the model begins to guess', () => {
	test('before the word that it is not sure of', () => {
		expect(sure(candidateOf(['.length', 0.9], [' ===', 0.8], [' 7', 0.1], [';', 0.9]))).toBe('.length');
	});

	test('because many words of a line together are unlikely, however likely each is', () => {
		const candidate = candidateOf(...Array.from({ length: 12 }, () => [' word', 0.8] as const));
		expect(sure(candidate)).toBe(' word word word word word word');
	});

	test('not within a word', () => {
		expect(sure(candidateOf(['get', 0.9], ['User', 0.9], ['Na', 0.9], ['mess', 0.1]))).toBe('');
	});

	test('not after an operator or a comma', () => {
		expect(sure(candidateOf(['a', 0.9], [', ', 0.9], ['bcd', 0.1]))).toBe('a');
	});

	test('after whole lines, each judged by itself', () => {
		const candidate = candidateOf(
			['a(', 0.6],
			[');', 0.6],
			['\n', 0.9],
			['b();', 0.4],
			['\n', 0.9],
			['c', 0.9],
			['()', 0.1],
		);
		expect(sure(candidate)).toBe('a();\nb();');
	});

	test('nowhere when everything is to be shown, or when nothing is known about how sure it was', () => {
		expect(sure(candidateOf(['a', 0.001], ['b', 0.001]), 0)).toBe('ab');
		const unknown = candidateOf(['a', 0.1], ['b', 0.1]);
		expect(sure({ ...unknown, marks: unknown.marks.map(mark => ({ ...mark, logProbability: Number.NaN })) })).toBe(
			'ab',
		);
	});

	test('judged from what has not been typed yet', () => {
		const candidate = candidateOf(['unlikely', 0.1], [' but', 0.9], [' then', 0.9]);
		expect(sure(candidate)).toBe('');
		expect(sure(candidate, 0.25, 'unlikely'.length)).toBe(' but then');
	});

	test('whatever the text: at its start, and the sooner the surer it has to be', () => {
		const piece = fc.tuple(
			fc.constantFrom('a', 'foo', ' ', '\n', '\n\t', '(', ')', ';', '数'),
			fc.double({ min: 0.01, max: 1, noNaN: true }),
		);
		fc.assert(
			fc.property(
				fc.array(piece, { maxLength: 20 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(pieces, probability) => {
					const candidate = candidateOf(...pieces);
					const kept = sure(candidate, probability);
					expect(candidate.text.startsWith(kept)).toBe(true);
					const surer = sureLength(candidate.text, candidate, 0, Math.min(1, probability + 0.1));
					expect(surer).toBeLessThanOrEqual(sureLength(candidate.text, candidate, 0, probability));
				},
			),
		);
	});
});

describe('in the editor', () => {
	test('a guess is not shown while typing, and is when asked for by hand', async () => {
		const harness = new Harness('first();\n', { logProbability: -3 });
		expect((await harness.ask('a = ▮')).kind).toBe('none');
		expect((await harness.ask('a = ▮', { trigger: 'manual' })).kind).toBe('suggestions');
	});
});
