import { type Sampling } from '../../generation';
import { bannedNext, dryPenalties, logSumExp, logSumExpOf, type Bans } from '../sampling';

/** One way in which a hypothesis may go on. */
export interface Continuation {
	readonly id: number;
	/** What the search adds up: the log probability after the penalties. */
	readonly score: number;
	/** Natural-log probability under the model's own distribution. */
	readonly logProbability: number;
}

export interface ScoreOptions extends Bans {
	readonly vocabularySize: number;
	readonly sampling: Sampling;
}

/** What is known about the position that is scored. */
export interface Position {
	/** Ids before the answer that count as said: the prompt's where the answer continues it. */
	readonly before: readonly number[];
	readonly tokenIds: readonly number[];
	/** The only ids that may come next (token healing, a forced token); probabilities are then shares among them. */
	readonly allowed?: readonly number[] | undefined;
	/** Continuations wanted. */
	readonly count: number;
}

/**
 * The likeliest continuations, best first, lower ids first among equals. As in transformers' beam search the repetition penalty
 * works on log probabilities, where a single path's works on logits, and what is banned takes its share of the probability along.
 * @throws GenerationError badModel when the logits are not numbers
 */
export function likeliestContinuations(
	logits: Float32Array,
	position: Position,
	options: ScoreOptions,
): readonly Continuation[] {
	const size = Math.min(options.vocabularySize, logits.length);
	const { allowed, count } = position;
	const ids = allowed && [...new Set(allowed)].filter(id => id < size).sort((one, other) => one - other);
	const { logTotal: total } = ids ? logSumExpOf(logits, ids) : logSumExp(logits, size);
	const { sampling } = options;
	const history = [...position.before, ...position.tokenIds];
	const banned = new Set(bannedNext(history, position.tokenIds.length, { sampling, bans: options }));
	const foreign = options.script?.banned;
	const exceptions = options.script?.exceptions(position.tokenIds);
	const isForeign = (id: number): boolean => foreign?.[id] === 1 && !exceptions!.has(id);
	const penalty = sampling.repetitionPenalty ?? 1;
	const dry = sampling.dry && dryPenalties(history, sampling.dry);
	const said = new Set(penalty === 1 ? [] : history);
	const best: Continuation[] = [];
	for (let index = 0; index < (ids ? ids.length : size); index++) {
		const id = ids ? ids[index]! : index;
		const logProbability = logits[id]! - total;
		// Log probabilities are negative, so multiplying is what the penalty does to negative scores.
		const score = (said.has(id) ? logProbability * penalty : logProbability) - (dry?.get(id) ?? 0);
		const least = best.length < count ? -Infinity : best[best.length - 1]!.score;
		if (score > least && !banned.has(id) && !isForeign(id)) insert(best, { id, score, logProbability }, count);
	}
	return best;
}

/** Keeps the list sorted, best first, and at most `most` long; a later one comes behind its equals. */
function insert(sorted: Continuation[], continuation: Continuation, most: number): void {
	let index = sorted.length;
	while (index > 0 && continuation.score > sorted[index - 1]!.score) index--;
	sorted.splice(index, 0, continuation);
	if (sorted.length > most) sorted.pop();
}
