import { type LogitSum } from '../sampling';
import { classCount, lengthClasses, sources, type Evidence } from './evidence';

/** Least probability of the model's best token in each class of how sure the model is. */
export const certaintyClasses = [0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9] as const;

/** The fitted numbers of the mixture. All are natural logarithms but `saturation`. */
export interface MixtureWeights {
	/** Of one vote, by class (see `Evidence.classAt`). */
	readonly votes: readonly number[];
	/** By source: n agreeing or differing votes of one class weigh n to this power. */
	readonly saturation: readonly number[];
	/** Of the model, by its certainty class. */
	readonly model: readonly number[];
}

/** Number of weights of each kind, for reading and fitting them. */
export const weightCounts = { votes: 2 * classCount, saturation: sources.length, model: certaintyClasses.length };

/** Class of a probability of the model's best token. */
export function certaintyClass(probability: number): number {
	return certaintyClasses.findLastIndex(least => probability >= least);
}

/**
 * Mixes the model's distribution with votes: p(t) = (M p_model(t) + votes for t) / (M + all votes), where M and the weight of a
 * vote were fitted on text. The model is a prior worth M observations, so many long agreeing matches outweigh it and a single
 * short one hardly matters.
 */
export class Mixture {
	private readonly voteWeights: Float64Array;
	private readonly modelWeights: Float64Array;
	/** Weight of the votes by follower; all 0 between calls. */
	private readonly mass: Float64Array;

	constructor(
		private readonly weights: MixtureWeights,
		vocabularySize: number,
	) {
		this.voteWeights = Float64Array.from(weights.votes, Math.exp);
		this.modelWeights = Float64Array.from(weights.model, Math.exp);
		this.mass = new Float64Array(vocabularySize);
	}

	/**
	 * Changes the logits of the followers so that, with the returned normaliser, all together are the mixed distribution.
	 * @param logits natural logarithms up to a constant
	 * @param logTotal logarithm of the sum of their exponentials
	 * @param best the largest of them
	 * @returns the logarithm of the new sum
	 */
	mix(evidence: Evidence, logits: Float32Array, { logTotal, best }: LogitSum): number {
		const { mass } = this;
		const modelWeight = this.modelWeights[certaintyClass(Math.exp(best - logTotal))]!;
		let total = 0;
		for (let index = 0; index < evidence.count; index++) {
			const follower = evidence.followerAt(index);
			if (follower >= mass.length) continue;
			const weight = this.weightOf(evidence, index);
			mass[follower]! += weight;
			total += weight;
		}
		for (let index = 0; index < evidence.count; index++) {
			const follower = evidence.followerAt(index);
			const votes = mass[follower];
			if (!votes) continue;
			logits[follower] = logTotal + Math.log(Math.exp(logits[follower]! - logTotal) + votes / modelWeight);
			mass[follower] = 0;
		}
		return logTotal + Math.log1p(total / modelWeight);
	}

	private weightOf(evidence: Evidence, index: number): number {
		const kind = evidence.classAt(index);
		const source = Math.floor((kind % classCount) / lengthClasses.length);
		const count = evidence.countAt(index);
		const weight = this.voteWeights[kind]!;
		return count === 1 ? weight : weight * count ** (this.weights.saturation[source]! - 1);
	}
}
