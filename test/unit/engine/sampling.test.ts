import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GenerationError, greedy, type Sampling } from '../../../src/generation';
import {
	checkCandidates,
	checkSampling,
	createSampler,
	dryPenalties,
	float16ToNumber,
	seededRandom,
	widenFloat16,
} from '../../../src/engine/sampling';
import { Candidates } from '../../../src/engine/sampling/candidates';

interface Weighted {
	readonly id: number;
	readonly probability: number;
}

/** The definition, written for reading: sort everything, then apply one filter after the other. */
function referenceDistribution(logits: readonly number[], sampling: Sampling, seen: readonly number[]): Weighted[] {
	const { temperature, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1 } = sampling;
	const penalized = logits.map((logit, id) =>
		seen.includes(id) && repetitionPenalty !== 1
			? Math.fround(logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty)
			: logit,
	);
	const best = Math.max(...penalized);
	let kept = penalized
		.map((logit, id) => ({ id, weight: Math.exp((logit - best) / temperature), logit }))
		.filter(({ logit }) => logit > -Infinity)
		.sort((first, second) => second.weight - first.weight || first.id - second.id);
	if (topK > 0) kept = kept.slice(0, topK);
	const total = kept.reduce((sum, { weight }) => sum + weight, 0);
	let reached = 0;
	if (topP < 1)
		kept = kept.filter(({ weight }, index) => {
			const keep = index === 0 || reached < topP * total;
			reached += weight;
			return keep;
		});
	kept = kept.filter(({ weight }) => weight >= minP * kept[0]!.weight);
	const rest = kept.reduce((sum, { weight }) => sum + weight, 0);
	return kept
		.map(({ id, weight }) => ({ id, probability: weight / rest }))
		.sort((first, second) => first.id - second.id);
}

function referenceDraw(distribution: readonly Weighted[], uniform: number): number {
	let sum = 0;
	for (const { id, probability } of distribution) {
		sum += probability;
		if (uniform < sum && probability > 0) return id;
	}
	return distribution.filter(({ probability }) => probability > 0).at(-1)!.id;
}

/** Logits from a small set of values, so that ties happen, and from all floats. */
const logitsArbitrary = fc
	.array(fc.oneof(fc.constantFrom(-Infinity, -3, 0, 0, 1, 1, 2.5), fc.float({ min: -30, max: 30, noNaN: true })), {
		minLength: 1,
		maxLength: 60,
	})
	.filter(logits => logits.some(logit => logit > -Infinity));

const samplingArbitrary: fc.Arbitrary<Sampling> = fc.record({
	temperature: fc.double({ min: 0.05, max: 3, noNaN: true }),
	topK: fc.integer({ min: 0, max: 70 }),
	topP: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
	minP: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
	repetitionPenalty: fc.constantFrom(1, 1, 1.1, 2, 0.5),
	seed: fc.integer(),
});

/** Whether a cut falls so close to a boundary that the order of floating-point additions decides it. */
function isBorderline(logits: readonly number[], sampling: Sampling, seen: readonly number[]): boolean {
	const all = referenceDistribution(logits, { ...sampling, topP: 1, minP: 0 }, seen);
	const sorted = [...all].sort((first, second) => second.probability - first.probability || first.id - second.id);
	let sum = 0;
	return sorted.some(({ probability }) => {
		sum += probability;
		const onShare = Math.abs(sum - (sampling.topP ?? 1)) < 1e-9;
		return onShare || Math.abs(probability / sorted[0]!.probability - (sampling.minP ?? 0)) < 1e-9;
	});
}

describe('the sampler against a plain reference', () => {
	test('keeps the same tokens with the same probabilities', () => {
		fc.assert(
			fc.property(logitsArbitrary, samplingArbitrary, (logits, { temperature, topK = 0, topP = 1, minP = 0 }) => {
				const sampling = { temperature, topK, topP, minP };
				fc.pre(!isBorderline(logits, sampling, []));
				const candidates = new Candidates(logits.length);
				const best = Math.max(...logits);
				logits.forEach((logit, id) => logit > -Infinity && candidates.add(id, Math.exp((logit - best) / temperature)));
				if (topK > 0) candidates.keepTop(topK);
				candidates.keepShare(topP);
				candidates.keepRelative(minP);
				const expected = referenceDistribution(logits, sampling, []);
				const actual = candidates.distribution().sort((first, second) => first.id - second.id);
				expect(actual.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
				actual.forEach(({ probability }, index) => expect(probability).toBeCloseTo(expected[index]!.probability, 6));
			}),
			{ numRuns: 1000 },
		);
	});

	test('chooses the same token given the same random number', () => {
		const seenArbitrary = fc.array(fc.nat(60), { maxLength: 10 });
		fc.assert(
			fc.property(logitsArbitrary, samplingArbitrary, seenArbitrary, (logits, sampling, seen) => {
				fc.pre(!isBorderline(logits, sampling, seen));
				const sampler = createSampler(sampling, { vocabularySize: logits.length, seen });
				const random = seededRandom(sampling.seed!);
				const distribution = referenceDistribution(logits, sampling, seen);
				for (let draw = 0; draw < 3; draw++)
					expect(sampler.next(Float32Array.from(logits))).toBe(referenceDraw(distribution, random.next()));
			}),
			{ numRuns: 1000 },
		);
	});

	test('reports the log-probability under the untempered distribution', () => {
		fc.assert(
			fc.property(logitsArbitrary, samplingArbitrary, (logits, sampling) => {
				const sampler = createSampler(sampling, { vocabularySize: logits.length });
				const id = sampler.next(Float32Array.from(logits));
				const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
				expect(sampler.logProbability).toBeCloseTo(Math.log(Math.exp(logits[id]!) / total), 6);
			}),
		);
	});

	test('agrees with the reference on a large vocabulary', () => {
		const random = seededRandom(1);
		const logits = Array.from({ length: 20_000 }, () => Math.fround(random.next() * 12 - 6));
		for (const sampling of [
			{ temperature: 0.8, topK: 40, topP: 0.95 },
			{ temperature: 1, topP: 0.9 },
			{ temperature: 1, minP: 0.2 },
		]) {
			const sampler = createSampler({ ...sampling, seed: 7 }, { vocabularySize: logits.length });
			const numbers = seededRandom(7);
			const distribution = referenceDistribution(logits, sampling, []);
			for (let draw = 0; draw < 20; draw++)
				expect(sampler.next(Float32Array.from(logits))).toBe(referenceDraw(distribution, numbers.next()));
		}
	});
});

describe('the sampler at the edges', () => {
	const next = (sampling: Sampling, logits: readonly number[], allowed?: readonly number[]): number =>
		createSampler({ seed: 1, ...sampling }, { vocabularySize: logits.length }).next(Float32Array.from(logits), allowed);

	test('greedy takes the lowest id among equals', () => expect(next(greedy, [1, 3, 3, 2])).toBe(1));
	test('a temperature near 0 is greedy', () => expect(next({ temperature: 1e-300 }, [1, 2, 3, -5])).toBe(2));
	test('top-k 1 is greedy at any temperature', () => expect(next({ temperature: 3, topK: 1 }, [1, 3, 3, 2])).toBe(1));
	test('top-p 0 keeps the best token', () => expect(next({ temperature: 2, topP: 0 }, [0, 5, 4])).toBe(1));
	test('min-p 1 keeps the best token', () => expect(next({ temperature: 2, minP: 1 }, [0, 5, 4])).toBe(1));
	test('never draws a token of probability 0', () => {
		for (let seed = 0; seed < 200; seed++)
			expect(next({ temperature: 1, seed }, [-Infinity, 0, -Infinity, 0])).toSatisfy(id => id === 1 || id === 3);
	});
	test('only chooses among the allowed ids', () => {
		expect(next(greedy, [9, 1, 2, 3], [1, 2])).toBe(2);
		for (let seed = 0; seed < 50; seed++)
			expect([1, 2]).toContain(next({ temperature: 2, seed }, [9, 1, 2, 3], [2, 1, 2, 99, -1]));
	});
	test('ignores padding behind the vocabulary', () => {
		const sampler = createSampler(greedy, { vocabularySize: 2 });
		expect(sampler.next(Float32Array.of(1, 2, 50))).toBe(1);
	});
	test('the repetition penalty counts the prompt and the answer', () => {
		const sampler = createSampler({ temperature: 0, repetitionPenalty: 2 }, { vocabularySize: 3, seen: [0] });
		expect(sampler.next(Float32Array.of(5, 4, 3))).toBe(1);
		sampler.accept(1);
		expect(sampler.next(Float32Array.of(5, 4, 3))).toBe(2);
	});
	test("no sequence of tokens is repeated, the prompt included, and the reported probability stays the model's own", () => {
		const sampler = createSampler({ temperature: 0, noRepeatNgramSize: 2 }, { vocabularySize: 3, seen: [1, 2, 1] });
		const logits = Float32Array.of(0, 1, 2);
		expect(sampler.next(logits)).toBe(1);
		expect(sampler.logProbability).toBeCloseTo(1 - Math.log(1 + Math.E + Math.E ** 2), 6);
		sampler.accept(1);
		expect(sampler.next(logits)).toBe(0);
	});

	test('a longer sequence costs more to repeat, a short one nothing, and what never follows it is free', () => {
		const dry = { multiplier: 1, base: 2, allowedLength: 2 };
		expect([...dryPenalties([1, 2, 3, 9, 1, 2, 3], dry)]).toEqual([[9, 2]]);
		expect([...dryPenalties([1, 2, 3, 9, 7, 2, 3], dry)]).toEqual([[9, 1]]);
		expect([...dryPenalties([1, 2, 3, 9, 7, 7, 3], dry)]).toEqual([]);
		expect([...dryPenalties([5, 5, 5, 5], dry)]).toEqual([[5, 2]]);
		expect([...dryPenalties([], dry)]).toEqual([]);
	});

	test('what a repeated sequence costs is that of its longest match, by the definition', () => {
		const said = fc.array(fc.nat(3), { maxLength: 80 });
		fc.assert(
			fc.property(said, fc.integer({ min: 1, max: 5 }), (ids, allowedLength) => {
				const dry = { multiplier: 0.8, base: 1.5, allowedLength };
				const expected = new Map<number, number>();
				for (let length = allowedLength; length <= Math.min(ids.length, 64); length++)
					for (let next = length; next < ids.length; next++)
						if (ids.slice(next - length, next).join() === ids.slice(-length).join())
							expected.set(ids[next]!, Math.min(1000, 0.8 * 1.5 ** (length - allowedLength)));
				const byId = (costs: ReadonlyMap<number, number>) => [...costs].sort(([one], [other]) => one - other);
				expect(byId(dryPenalties(ids, dry))).toEqual(byId(expected));
			}),
		);
	});

	test('a model that says the same forever is led out of the loop, and one that may repeat a little is not', () => {
		const cycle = [0, 1, 2, 3];
		const say = (sampling: Sampling): number[] => {
			const sampler = createSampler(sampling, { vocabularySize: 8, seen: [...cycle, 4, 0] });
			let last = 0;
			return Array.from({ length: 24 }, () => {
				const logits = new Float32Array(8);
				logits[(last + 1) % 4] = 10;
				last = sampler.next(logits);
				sampler.accept(last);
				return last;
			});
		};
		expect(say(greedy).join('')).toBe('1230'.repeat(6));
		const said = say({ ...greedy, dry: { multiplier: 1, base: 2, allowedLength: 2 } });
		expect(said.slice(0, 3)).toEqual([1, 2, 3]);
		expect(said.join('')).not.toContain('1230'.repeat(3));
	});

	test('the end does not come before the least length', () => {
		const sampler = createSampler({ temperature: 1, minTokens: 2, seed: 1 }, { vocabularySize: 2, stopIds: [1] });
		const logits = Float32Array.of(0, 50);
		for (let count = 0; count < 2; count++) {
			expect(sampler.next(logits)).toBe(0);
			sampler.accept(0);
		}
		expect(sampler.next(logits)).toBe(1);
	});

	test('beams go with temperature 0 only, and candidates with beams or chance only', () => {
		const beams = { count: 3 };
		expect(() => checkSampling({ temperature: 0.5, beams })).toThrow('set the temperature to 0');
		expect(() => checkSampling({ temperature: 0, beams: { count: 17 } })).toThrow('out of range');
		expect(() => checkCandidates(2, greedy)).toThrow('all be the same');
		expect(() => checkCandidates(4, { temperature: 0, beams })).toThrow('no more than there are beams');
		checkCandidates(1, greedy);
		checkCandidates(3, { temperature: 0, beams });
		checkCandidates(16, { temperature: 0.5 });
	});

	test('the same seed gives the same answer and another seed another one', () => {
		const logits = new Float32Array(500);
		const draw = (seed: number): number[] => {
			const sampler = createSampler({ temperature: 1, seed }, { vocabularySize: 500 });
			return Array.from({ length: 10 }, () => sampler.next(logits));
		};
		expect(draw(5)).toEqual(draw(5));
		expect(draw(5)).not.toEqual(draw(6));
	});
	test.each([
		['NaN', [1, NaN, 2]],
		['infinite', [1, Infinity, 2]],
		['all impossible', [-Infinity, -Infinity]],
	])('%s logits are a coded error', (_, logits) => {
		for (const temperature of [0, 1]) {
			expect(() => next({ temperature }, logits)).toThrow(
				expect.objectContaining({ code: 'badModel' }) as GenerationError,
			);
		}
	});
	test.each<Sampling>([
		{ temperature: -1 },
		{ temperature: NaN },
		{ temperature: 1, topK: -2 },
		{ temperature: 1, topK: 1.5 },
		{ temperature: 1, topP: 1.1 },
		{ temperature: 1, minP: -0.1 },
		{ temperature: 1, repetitionPenalty: 0 },
		{ temperature: 1, seed: NaN },
		{ temperature: 1, dry: { multiplier: 0, base: 1.75, allowedLength: 2 } },
		{ temperature: 1, dry: { multiplier: 1, base: 0.5, allowedLength: 2 } },
		{ temperature: 1, dry: { multiplier: 1, base: Infinity, allowedLength: 2 } },
		{ temperature: 1, dry: { multiplier: 1, base: 2, allowedLength: 0 } },
	])('refuses settings out of range: %j', sampling => {
		expect(() => createSampler(sampling, { vocabularySize: 2 })).toThrow(GenerationError);
	});
});

describe('numbers', () => {
	test('random numbers are uniform enough: 20 bins of 40,000 draws pass a chi-squared test', () => {
		for (const seed of [0, 1, -1, 0.5, 2 ** 52]) {
			const random = seededRandom(seed);
			const bins = new Array<number>(20).fill(0);
			for (let draw = 0; draw < 40_000; draw++) bins[Math.floor(random.next() * 20)]! += 1;
			const chiSquared = bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
			expect(chiSquared).toBeLessThan(50); // 19 degrees of freedom: above 43.8 once in 1,000.
		}
	});

	test('half floats widen exactly', () => {
		const bits = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x7c00, 0xfc00);
		const wide = new Float32Array(bits.length);
		widenFloat16(bits, wide);
		expect([...wide]).toEqual([0, -0, 1, -2, 65504, 2 ** -24, 2 ** -14, 0.333251953125, Infinity, -Infinity]);
		expect(float16ToNumber(0x7e00)).toBeNaN();
	});
});

test.each([0, 1])(
	'a banned token is never chosen at temperature %d, and the others keep their probabilities',
	temperature => {
		const logits = Float32Array.of(5, 9, 1);
		const sampler = createSampler({ ...greedy, temperature, seed: 1 }, { vocabularySize: 3, banned: [1] });
		for (let count = 0; count < 50; count++) expect(sampler.next(logits)).not.toBe(1);
		const free = createSampler(greedy, { vocabularySize: 3 });
		sampler.next(logits, [0]);
		free.next(logits, [0]);
		expect(sampler.logProbability).toBe(free.logProbability);
		expect(logits[1]).toBe(9);
	},
);
