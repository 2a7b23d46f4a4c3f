import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Evidence, fittedWeights, Mixture, sources, weightCounts } from '../../../../src/engine/ngrams';
import { createSampler } from '../../../../src/engine/sampling';

const size = 12;
const logitValues = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: size, maxLength: size });
const voteValues = fc.array(
	fc.record({
		source: fc.constantFrom(...sources),
		follower: fc.integer({ min: 0, max: size - 1 }),
		length: fc.integer({ min: 1, max: 64 }),
	}),
	{ maxLength: 30 },
);

function evidenceOf(
	votes: readonly { source: (typeof sources)[number]; follower: number; length: number }[],
): Evidence {
	const evidence = new Evidence();
	for (const { source, follower, length } of votes) evidence.add(source, follower, length);
	return evidence;
}

function sumOf(logits: Float32Array): { logTotal: number; best: number } {
	const best = Math.max(...logits);
	return { best, logTotal: best + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - best), 0)) };
}

test('the mixed distribution sums to one, and what nobody voted for only gives way', () => {
	const mixture = new Mixture(fittedWeights, size);
	fc.assert(
		fc.property(logitValues, voteValues, (values, votes) => {
			const logits = Float32Array.from(values);
			const before = sumOf(logits);
			const original = logits.slice();
			const logTotal = mixture.mix(evidenceOf(votes), logits, before);
			expect(logTotal).toBeCloseTo(sumOf(logits).logTotal, 3);
			const followers = new Set(votes.map(({ follower }) => follower));
			for (let id = 0; id < size; id++) if (!followers.has(id)) expect(logits[id]).toBe(original[id]);
			expect(logTotal).toBeGreaterThanOrEqual(before.logTotal);
		}),
	);
});

test('every class of votes has a weight, and more of the same votes never make a token less likely', () => {
	expect(fittedWeights.votes).toHaveLength(weightCounts.votes);
	expect(fittedWeights.saturation).toHaveLength(weightCounts.saturation);
	expect(fittedWeights.model).toHaveLength(weightCounts.model);
	expect([...fittedWeights.votes, ...fittedWeights.saturation, ...fittedWeights.model].every(Number.isFinite)).toBe(
		true,
	);
	expect(fittedWeights.saturation.every(power => power >= 0)).toBe(true);
});

test('one long match in the same text outweighs an unsure model and moves a sure one little', () => {
	const mixture = new Mixture(fittedWeights, size);
	const shareOf = (best: number): number => {
		const logits = new Float32Array(size);
		logits[0] = best;
		const logTotal = mixture.mix(evidenceOf([{ source: 'here', follower: 5, length: 30 }]), logits, sumOf(logits));
		return Math.exp(logits[5]! - logTotal);
	};
	expect(shareOf(0)).toBeGreaterThan(0.5);
	expect(shareOf(12)).toBeLessThan(shareOf(0));
});

test('the sampler chooses and reports by the mixed distribution', () => {
	const mixture = new Mixture(fittedWeights, size);
	const evidence = evidenceOf([{ source: 'here', follower: 5, length: 30 }]);
	const sampler = createSampler(
		{ temperature: 0 },
		{ vocabularySize: size, mix: (logits, sum) => mixture.mix(evidence, logits, sum) },
	);
	const logits = new Float32Array(size);
	expect(sampler.next(logits)).toBe(5);
	const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
	expect(Math.exp(sampler.logProbability)).toBeCloseTo(Math.exp(logits[5]!) / total, 5);
});
