import { randomInt } from 'node:crypto';
import { GenerationError, type Sampling } from '../../generation';
import { bannedNext, type Bans } from './bans';
import { Candidates } from './candidates';
import { checkSampling } from './checkSampling';
import { dryPenalties } from './dryPenalty';
import { exponentialOf, largestOf, logSumExp, type LogitSum } from './logSumExp';
import { seededRandom, type Random } from './random';
import { type ScriptMask } from './scriptMask';

/** Chooses the tokens of one answer. */
export interface Sampler {
	/**
	 * The next token. Order of the filters: repetition penalty, DRY, bans, `allowed`, temperature, top-k, top-p among those, min-p.
	 * @param logits of the last position; entries from `vocabularySize` on are padding and ignored
	 * @param allowed the only ids that may be chosen (token healing, grammars)
	 * @throws GenerationError badModel when the logits are not numbers or leave nothing to choose
	 */
	next(logits: Float32Array, allowed?: readonly number[]): number;
	/** Natural-log probability of the last token returned, under the model's own distribution, as mixed: no penalty, mask or temperature. */
	readonly logProbability: number;
	/** Remembers a token of the answer for the penalties and the bans. */
	accept(id: number): void;
}

export interface SamplerOptions extends Bans {
	readonly vocabularySize: number;
	/** Ids that count as already said, for penalties and repeated n-grams: the prompt's. */
	readonly seen?: readonly number[];
	/** Changes the logits for what is known beside the model; tells the new logarithm of the sum of their exponentials. */
	readonly mix?: (logits: Float32Array, sum: LogitSum) => number;
}

/** A sampler for one answer. @throws GenerationError badRequest for settings outside their range */
export function createSampler(sampling: Sampling, options: SamplerOptions): Sampler {
	checkSampling(sampling);
	return new LogitsSampler(sampling, options);
}

/** A token that is so many temperatures behind the best is drawn once in 500 million times, and a whole vocabulary of them in thousands. */
const farthestDrawn = 20;

class LogitsSampler implements Sampler {
	logProbability = 0;
	private readonly random: Random;
	/** Tokens that the penalty applies to; empty without one. */
	private readonly seen = new Set<number>();
	/** Everything said in order; empty where sequences may repeat for nothing. */
	private readonly said: number[] = [];
	/** Tokens of the answer; empty where nobody asks for them. */
	private readonly answer: number[] = [];
	private accepted = 0;
	private readonly size: number;
	private readonly penalty: number;
	/** Buffers that greedy sampling without a penalty never needs. */
	private candidates: Candidates | undefined;
	private adjusted: Float32Array | undefined;

	constructor(
		private readonly sampling: Sampling,
		private readonly options: SamplerOptions,
	) {
		this.size = options.vocabularySize;
		this.penalty = sampling.repetitionPenalty ?? 1;
		this.random = seededRandom(sampling.seed ?? randomInt(2 ** 47));
		for (const id of options.seen ?? []) this.remember(id);
	}

	accept(id: number): void {
		this.accepted++;
		if (this.options.script) this.answer.push(id);
		this.remember(id);
	}

	next(logits: Float32Array, allowed?: readonly number[]): number {
		const size = Math.min(this.size, logits.length);
		const sum = logSumExp(logits, size);
		const logTotal = this.options.mix?.(logits, sum) ?? sum.logTotal;
		const banned = bannedNext(this.said, this.accepted, { sampling: this.sampling, bans: this.options });
		const isPlain = this.penalty === 1 && !this.sampling.dry && banned.length === 0 && !this.options.script;
		const scores = isPlain ? logits : this.adjust(logits, size, banned);
		const id = this.sampling.temperature === 0 ? mostLikely(scores, size, allowed) : this.draw(scores, size, allowed);
		this.logProbability = logits[id]! - logTotal;
		return id;
	}

	private remember(id: number): void {
		if (this.penalty !== 1) this.seen.add(id);
		if (this.sampling.noRepeatNgramSize || this.sampling.dry) this.said.push(id);
	}

	private adjust(logits: Float32Array, size: number, banned: readonly number[]): Float32Array {
		const scores = (this.adjusted ??= new Float32Array(this.size));
		scores.set(logits.subarray(0, size));
		for (const id of this.seen) {
			if (id < 0 || id >= size) continue;
			const score = logits[id]!;
			scores[id] = score > 0 ? score / this.penalty : score * this.penalty;
		}
		if (this.sampling.dry)
			for (const [id, cost] of dryPenalties(this.said, this.sampling.dry)) if (id < size) scores[id]! -= cost;
		for (const id of banned) if (id < size) scores[id] = -Infinity;
		if (this.options.script) this.keepToScript(this.options.script, scores, size);
		return scores;
	}

	private keepToScript(script: ScriptMask, scores: Float32Array, size: number): void {
		const kept = [...script.exceptions(this.answer)].map(id => [id, scores[id]] as const);
		const { banned } = script;
		for (let id = 0; id < size; id++) if (banned[id] === 1) scores[id] = -Infinity;
		for (const [id, score] of kept) if (id < size) scores[id] = score!;
	}

	private draw(scores: Float32Array, size: number, allowed: readonly number[] | undefined): number {
		const { temperature, topK = 0, topP = 1, minP = 0 } = this.sampling;
		const candidates = (this.candidates ??= new Candidates(this.size));
		const best = scores[mostLikely(scores, size, allowed)]!;
		const least = best - farthestDrawn * temperature;
		candidates.clear();
		const add = (id: number): void => {
			const score = scores[id];
			if (score === undefined || score < least) return;
			const weight = exponentialOf((best - score) / temperature);
			if (weight > 0) candidates.add(id, weight);
		};
		if (allowed) for (const id of new Set(allowed)) add(id < size ? id : -1);
		else for (let id = 0; id < size; id++) if (scores[id]! >= least) add(id);
		if (topK > 0) candidates.keepTop(topK);
		candidates.keepShare(topP);
		if (minP > 0) candidates.keepRelative(minP);
		return candidates.draw(this.random.next());
	}
}

/** The lowest id among the highest scores. */
function mostLikely(scores: Float32Array, size: number, allowed: readonly number[] | undefined): number {
	const best = allowed ? mostLikelyOf(scores, size, allowed) : firstOf(scores.subarray(0, size));
	if (best < 0)
		throw new GenerationError('badModel', 'The model left no token to choose: every one has probability 0.');
	return best;
}

function firstOf(scores: Float32Array): number {
	const best = largestOf(scores);
	return best === -Infinity ? -1 : scores.indexOf(best);
}

function mostLikelyOf(scores: Float32Array, size: number, ids: readonly number[]): number {
	let [best, bestScore] = [-1, -Infinity];
	for (const id of ids) {
		if (id < 0 || id >= size) continue;
		const score = scores[id]!;
		if (score > bestScore || (score === bestScore && id < best)) [best, bestScore] = [id, score];
	}
	return best;
}
