import { classCount, lengthClasses, sources, weightCounts, type MixtureWeights } from '../../../src/engine/ngrams';
import { type Observation } from './observations';

const steps = 400;
const rate = 0.05;
/** Neighbouring length classes are held together by this much, so that a class seldom seen follows the ones beside it. */
const smoothness = 3e-5;

interface Gradient {
	readonly loss: number;
	readonly slopes: Float64Array;
}

/** Weights that make real text most likely: gradient descent (Adam) on the mean negative log-likelihood. */
export function fitWeights(observations: readonly Observation[], start: MixtureWeights): MixtureWeights {
	const values = Float64Array.from([...start.votes, ...start.saturation, ...start.model]);
	const mean = new Float64Array(values.length);
	const square = new Float64Array(values.length);
	for (let step = 1; step <= steps; step++) {
		const { slopes } = gradient(observations, values);
		for (let index = 0; index < values.length; index++) {
			mean[index] = 0.9 * mean[index]! + 0.1 * slopes[index]!;
			square[index] = 0.999 * square[index]! + 0.001 * slopes[index]! ** 2;
			const size = Math.sqrt(square[index]! / (1 - 0.999 ** step)) + 1e-9;
			values[index]! -= (rate * mean[index]!) / (1 - 0.9 ** step) / size;
		}
		// More of the same votes must never weigh less, however the sample fell.
		for (let index = weightCounts.votes; index < weightCounts.votes + weightCounts.saturation; index++)
			values[index] = Math.max(0, values[index]!);
	}
	return weightsOf(values);
}

/** Mean bits a token, of the model alone and mixed with these weights. */
export function bitsPerToken(
	observations: readonly Observation[],
	weights: MixtureWeights,
): { alone: number; mixed: number } {
	const values = Float64Array.from([...weights.votes, ...weights.saturation, ...weights.model]);
	const alone = observations.reduce((sum, { probability }) => sum - Math.log(probability), 0) / observations.length;
	const { loss } = gradient(observations, values, 0);
	return { alone: alone / Math.LN2, mixed: loss / Math.LN2 };
}

function weightsOf(values: Float64Array): MixtureWeights {
	const rounded = Array.from(values, value => Math.round(value * 1000) / 1000);
	const { votes, saturation } = weightCounts;
	return {
		votes: rounded.slice(0, votes),
		saturation: rounded.slice(votes, votes + saturation),
		model: rounded.slice(votes + saturation),
	};
}

/** Loss and slopes by all weights: votes, then saturation, then model. */
function gradient(observations: readonly Observation[], values: Float64Array, smooth = smoothness): Gradient {
	const slopes = new Float64Array(values.length);
	let loss = 0;
	for (const observation of observations) loss += addSlopes(observation, values, slopes);
	for (let index = 0; index < slopes.length; index++) slopes[index]! /= observations.length;
	return { loss: loss / observations.length + addSmoothness(values, slopes, smooth), slopes };
}

/** Of -log((M p + right) / (M + all)), where a class of n votes weighs exp(w) n^saturation. */
function addSlopes({ probability, certainty, votes }: Observation, values: Float64Array, slopes: Float64Array): number {
	const modelAt = weightCounts.votes + weightCounts.saturation + certainty;
	const model = Math.exp(values[modelAt]!);
	let all = model;
	let right = model * probability;
	for (const vote of votes) {
		const weight = classWeight(vote, values);
		all += weight;
		right += (weight * vote.right) / vote.count;
	}
	slopes[modelAt]! += model / all - (model * probability) / right;
	for (const vote of votes) {
		const weight = classWeight(vote, values);
		const slope = weight / all - (weight * vote.right) / vote.count / right;
		slopes[vote.kind]! += slope;
		slopes[saturationAt(vote.kind)]! += slope * Math.log(vote.count);
	}
	return Math.log(all) - Math.log(right);
}

function classWeight({ kind, count }: Observation['votes'][number], values: Float64Array): number {
	return Math.exp(values[kind]!) * count ** values[saturationAt(kind)]!;
}

function saturationAt(kind: number): number {
	return weightCounts.votes + Math.floor((kind % classCount) / lengthClasses.length);
}

function addSmoothness(values: Float64Array, slopes: Float64Array, smooth: number): number {
	let loss = 0;
	for (let group = 0; group < 2 * sources.length; group++)
		for (let index = 1; index < lengthClasses.length; index++) {
			const at = group * lengthClasses.length + index;
			const difference = values[at]! - values[at - 1]!;
			loss += smooth * difference ** 2;
			slopes[at]! += 2 * smooth * difference;
			slopes[at - 1]! -= 2 * smooth * difference;
		}
	return loss;
}
