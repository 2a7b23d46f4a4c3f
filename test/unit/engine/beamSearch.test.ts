import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BeamSearch, likeliestContinuations, type BeamOptions, type Finished } from '../../../src/engine/beams';
import { seededRandom } from '../../../src/engine/sampling';
import { greedy } from '../../../src/generation';

/** Logits after an answer so far: a model of a few tokens. */
type Model = (tokenIds: readonly number[]) => Float32Array;

const plain: BeamOptions = { count: 2, lengthPenalty: 1, earlyStopping: false, mostTokens: 6, stopIds: [0] };

function search(model: Model, options: Partial<BeamOptions> = {}): BeamSearch {
	const all = { ...plain, ...options };
	const beams = new BeamSearch(all);
	while (!beams.isDone) beams.advance(beams.running.map(({ tokenIds }) => offers(model, tokenIds, beams.breadth)));
	return beams;
}

const offers = (
	model: Model,
	tokenIds: readonly number[],
	count: number,
): ReturnType<typeof likeliestContinuations> => {
	const logits = model(tokenIds);
	return likeliestContinuations(
		logits,
		{ before: [], tokenIds, count },
		{ vocabularySize: logits.length, stopIds: plain.stopIds, sampling: greedy },
	);
};

/** A model written as probabilities: the key is the answer so far, 'otherwise' what is not listed. */
const table =
	(probabilities: Readonly<Record<string, readonly number[]>>): Model =>
	tokenIds =>
		Float32Array.from(probabilities[tokenIds.join(' ')] ?? probabilities.otherwise!, Math.log);

const texts = (found: readonly Finished[]): string[] => found.map(({ tokenIds }) => tokenIds.join(' '));

/** Token 1 is likelier at first, but all that follows 2 is likelier together. */
const gardenPath = table({
	'': [0, 0.6, 0.4],
	1: [0.3, 0.35, 0.35],
	2: [0.9, 0.05, 0.05],
	otherwise: [0.5, 0.25, 0.25],
});

describe('beam search', () => {
	test('finds the better text behind the second best token', () => {
		const [best] = search(gardenPath, { lengthPenalty: 0 }).best;
		expect(best).toMatchObject({ tokenIds: [2], reason: 'stop' });
		expect(best!.score).toBeCloseTo(Math.log(0.4 * 0.9), 6);
		expect(best!.logProbability).toBeCloseTo(Math.log(0.4), 6);
	});

	test('with one beam misses it, as greedy decoding does', () => {
		expect(texts(search(gardenPath, { count: 1, lengthPenalty: 0 }).best)).toEqual(['1 1']);
	});

	test.each([
		[-1, '2'],
		[0, '2'],
		[8, '1 1 1 1 1'],
	])('prefers, with a length penalty of %d, the text %s', (lengthPenalty, expected) => {
		const model = table({
			'': [0, 0.6, 0.4],
			2: [0.9, 0.05, 0.05],
			otherwise: [0.1, 0.8, 0.1],
			'1 1 1 1 1': [1, 0, 0],
		});
		expect(texts(search(model, { lengthPenalty }).best)[0]).toBe(expected);
	});

	test.each([
		[true, 2],
		[false, 3],
		['never', 6],
	] as const)('with early stopping %s ends after %d tokens', (earlyStopping, steps) => {
		// Two hypotheses are finished after two tokens, the worse at log(0.18) / 2 = -0.857. The leader is then at log(0.19) / 2 =
		// -0.830 and after the third token at log(0.076) / 3 = -0.859; over six tokens it could still come out above.
		const model = table({
			'': [0.5, 0.3, 0.2],
			1: [0.6, 0.3, 0.1],
			2: [0.02, 0.95, 0.03],
			'2 1': [0.2, 0.4, 0.4],
			otherwise: [0.34, 0.33, 0.33],
		});
		const lengths = new Set<number>();
		search(tokenIds => (lengths.add(tokenIds.length), model(tokenIds)), { earlyStopping });
		expect(lengths.size).toBe(steps);
	});

	test('breaks ties by the earlier hypothesis and then the lower id', () => {
		const even = table({ otherwise: [0.25, 0.25, 0.25, 0.25] });
		expect(texts(search(even, { mostTokens: 2, lengthPenalty: 0, count: 3 }).best)).toEqual(['', '1', '1 1']);
	});

	test('finishes what a caller calls complete, with its last token', () => {
		const isComplete = (tokenIds: readonly number[]): boolean => tokenIds.at(-1) === 2;
		const [best] = search(table({ otherwise: [0.01, 0.09, 0.9] }), { isComplete }).best;
		expect(best).toMatchObject({ tokenIds: [2], reason: 'stop' });
	});

	test('counts the tokens a model forces in the length', () => {
		const score = (forcedTokens: number): number =>
			search(table({ otherwise: [0.9, 0.1] }), { forcedTokens, count: 1 }).best[0]!.score;
		expect(score(1)).toBeCloseTo(Math.log(0.9) / 2, 6);
		expect(score(0)).toBeCloseTo(Math.log(0.9), 6);
	});

	test('ends with what there is when nothing may follow', () => {
		const [best] = search(tokenIds => Float32Array.of(-Infinity, tokenIds.length < 2 ? 0 : -1e30, -1e30), {
			mostTokens: 2,
		}).best;
		expect(best).toMatchObject({ tokenIds: [1, 1], reason: 'length' });
		const beams = new BeamSearch(plain);
		beams.advance([[{ id: 1, score: -1, logProbability: -1 }]]);
		expect(beams.advance([[]])).toEqual([]);
		expect(beams.best).toMatchObject([{ tokenIds: [1], score: -1, reason: 'length' }]);
	});

	test('stopped early, gives the best of what runs and what is finished', () => {
		const beams = new BeamSearch({ ...plain, lengthPenalty: 0 });
		beams.advance([offers(gardenPath, [], beams.breadth)]);
		beams.stop();
		expect(beams.isDone).toBe(true);
		expect(beams.running).toEqual([]);
		expect(beams.best).toMatchObject([
			{ tokenIds: [1], reason: 'length' },
			{ tokenIds: [2], reason: 'length' },
		]);
	});
});

/** A model of random numbers that depend on nothing but the seed and the answer so far. */
function randomModel(seed: number, size: number): Model {
	return tokenIds => {
		const random = seededRandom(tokenIds.reduce((hash, id) => hash * 31 + id + 1, seed));
		return Float32Array.from({ length: size }, () => random.next() * 6);
	};
}

function greedyPath(model: Model, mostTokens: number): number[] {
	const tokenIds: number[] = [];
	while (tokenIds.length < mostTokens) {
		const logits = model(tokenIds);
		const id = logits.indexOf(Math.max(...logits));
		if (plain.stopIds.includes(id)) break;
		tokenIds.push(id);
	}
	return tokenIds;
}

/** Every text the model can say, with its score. */
function everyText(model: Model, size: number, { mostTokens, lengthPenalty }: BeamOptions): Finished[] {
	const all: Finished[] = [];
	const walk = (tokenIds: readonly number[], total: number): void => {
		const length = tokenIds.length + 1;
		for (const { id, logProbability } of offers(model, tokenIds, size)) {
			const ended = plain.stopIds.includes(id);
			const ids = ended ? tokenIds : [...tokenIds, id];
			const sum = total + logProbability;
			if (!ended && length < mostTokens) walk(ids, sum);
			else
				all.push({
					tokenIds: ids,
					total: sum,
					logProbability: 0,
					score: sum / length ** lengthPenalty,
					reason: 'stop',
				});
		}
	};
	walk([], 0);
	return all.sort((one, other) => other.score - one.score);
}

const modelArbitrary = fc.record({ seed: fc.nat(1e6), size: fc.integer({ min: 2, max: 4 }) });

describe('beam search on models of random numbers', () => {
	test('with one beam is greedy decoding', () => {
		fc.assert(
			fc.property(modelArbitrary, fc.integer({ min: 1, max: 12 }), ({ seed, size }, mostTokens) => {
				const model = randomModel(seed, size);
				const { best } = search(model, { count: 1, mostTokens, lengthPenalty: 0, earlyStopping: true });
				expect(best.map(({ tokenIds }) => tokenIds)).toEqual([greedyPath(model, mostTokens)]);
			}),
		);
	});

	test('with beams for every text there is, is the search through all of them', () => {
		const penalties = fc.constantFrom(-0.5, 0, 0.6, 1, 2);
		fc.assert(
			fc.property(modelArbitrary, penalties, fc.integer({ min: 1, max: 3 }), ({ seed, size }, lengthPenalty, most) => {
				const model = randomModel(seed, size);
				const options = {
					...plain,
					count: size ** most,
					mostTokens: most,
					lengthPenalty,
					earlyStopping: 'never',
				} as const;
				const found = search(model, options).best;
				const expected = everyText(model, size, options);
				expect(found).toHaveLength(expected.length);
				found.forEach(({ score }, index) => expect(score).toBeCloseTo(expected[index]!.score, 9));
			}),
		);
	});

	test('never gives a text twice, and ranks what it gives', () => {
		fc.assert(
			fc.property(modelArbitrary, fc.integer({ min: 2, max: 8 }), ({ seed, size }, count) => {
				const found = search(randomModel(seed, size), { count, mostTokens: 8 }).best;
				const ended = found.map(({ tokenIds, reason }) => `${reason} ${tokenIds.join(' ')}`);
				expect(new Set(ended).size).toBe(found.length);
				const scores = found.map(({ score }) => score);
				expect(scores).toEqual([...scores].sort((one, other) => other - one));
			}),
		);
	});
});

describe('the continuations of a hypothesis', () => {
	const logits = Float32Array.of(2, 1, 0, -1, 5);
	const options = { vocabularySize: 4, stopIds: [0], sampling: greedy };
	const ids = (position: Partial<Parameters<typeof likeliestContinuations>[1]>, sampling = {}): number[] =>
		likeliestContinuations(
			logits,
			{ before: [], tokenIds: [], count: 4, ...position },
			{ ...options, sampling: { ...greedy, ...sampling } },
		).map(({ id }) => id);

	test('leave out the padding of the logits', () => expect(ids({})).toEqual([0, 1, 2, 3]));
	test('are as many as wanted', () => expect(ids({ count: 2 })).toEqual([0, 1]));
	test('do not end before the least length', () => {
		expect(ids({ tokenIds: [1] }, { minTokens: 2 })).toEqual([1, 2, 3]);
		expect(ids({ tokenIds: [1, 1] }, { minTokens: 2 })).toEqual([0, 1, 2, 3]);
	});
	test('complete no sequence that was there before, the prompt included', () => {
		expect(ids({ before: [3, 1, 2], tokenIds: [1] }, { noRepeatNgramSize: 2 })).toEqual([0, 1, 3]);
		expect(ids({ before: [1], tokenIds: [2] }, { noRepeatNgramSize: 1 })).toEqual([0, 3]);
		expect(ids({ before: [], tokenIds: [2] }, { noRepeatNgramSize: 3 })).toEqual([0, 1, 2, 3]);
	});
	test('cost more the longer the sequence that they would lengthen', () => {
		const dry = { multiplier: 3, base: 2, allowedLength: 1 };
		expect(ids({ before: [1, 0], tokenIds: [1] }, { dry })).toEqual([1, 2, 0, 3]);
		expect(ids({ before: [3, 1, 0, 3], tokenIds: [1] }, { dry })).toEqual([1, 2, 3, 0]);
	});
	test('have their log probability divided among the allowed ones', () => {
		const [first, second] = likeliestContinuations(
			logits,
			{ before: [], tokenIds: [], count: 4, allowed: [3, 2, 2, 9] },
			options,
		);
		expect([first!.id, second!.id]).toEqual([2, 3]);
		expect(Math.exp(first!.score) + Math.exp(second!.score)).toBeCloseTo(1, 6);
	});
	test('are penalized for repeating, in the score only', () => {
		const [, penalized] = likeliestContinuations(
			logits,
			{ before: [1], tokenIds: [], count: 2 },
			{ ...options, sampling: { ...greedy, repetitionPenalty: 1.2 } },
		);
		expect(penalized!.score).toBeCloseTo(penalized!.logProbability * 1.2, 9);
	});
	test('of broken numbers are refused', () => {
		const broken = Float32Array.of(1, NaN, 0, 0);
		expect(() => likeliestContinuations(broken, { before: [], tokenIds: [], count: 1 }, options)).toThrow(
			'not numbers',
		);
	});
});
