import { FinishedHypotheses, type Finished } from './finishedHypotheses';
import { type Continuation } from './tokenScores';

export interface BeamOptions {
	/** Hypotheses kept after every token. */
	readonly count: number;
	readonly lengthPenalty: number;
	readonly earlyStopping: boolean | 'never';
	/** Most tokens of a hypothesis, its end included; at least 1. */
	readonly mostTokens: number;
	/** Tokens before the first chosen one that count in the length all the same: those a model forces every answer to begin
	 * with. 0 when absent. */
	readonly forcedTokens?: number;
	/** Ids that end a hypothesis. */
	readonly stopIds: readonly number[];
	/** Whether a hypothesis is complete with its last token for a reason of the caller's: a stop string. */
	readonly isComplete?: (tokenIds: readonly number[]) => boolean;
}

/** A text in the making, as token ids. */
export interface Hypothesis {
	readonly tokenIds: readonly number[];
	/** Sum of the scores of its tokens, a stop token's included. */
	readonly total: number;
	/** Sum of the natural-log probabilities of `tokenIds`. */
	readonly logProbability: number;
}

interface Extension extends Hypothesis {
	/** Index of the running hypothesis it extends. */
	readonly parent: number;
	readonly end: 'stop' | 'length' | undefined;
}

/**
 * Beam search as `generate()` of Hugging Face's transformers 5 does it, apart from any model: after every token the caller says
 * how each running hypothesis may go on, and is told which ones live. One difference: what is impossible (log probability
 * minus infinity) is dropped, where transformers carries it along at -1e9. Ties go to the earlier hypothesis, then the lower id.
 */
export class BeamSearch {
	private hypotheses: readonly Hypothesis[] = [{ tokenIds: [], total: 0, logProbability: 0 }];
	private readonly finished: FinishedHypotheses;
	/** Of the running hypotheses, in tokens that count. */
	private length: number;
	private ended = false;

	constructor(private readonly options: BeamOptions) {
		this.length = options.forcedTokens ?? 0;
		this.finished = new FinishedHypotheses(options.count, options.lengthPenalty);
	}

	/** Hypotheses to be continued, best first. None once the search is done. */
	get running(): readonly Hypothesis[] {
		return this.hypotheses;
	}

	/** Finished hypotheses, best first, at most `count`. */
	get best(): readonly Finished[] {
		return this.finished.best;
	}

	get isDone(): boolean {
		return this.ended;
	}

	/** How many continuations of each hypothesis `advance` has to know: enough that `count` can go on whatever ends. */
	get breadth(): number {
		return Math.max(2, this.options.stopIds.length + 1) * this.options.count;
	}

	/**
	 * Makes every hypothesis one token longer.
	 * @param continuations of each running hypothesis in turn, best first
	 * @returns for each hypothesis that now runs, the index of the one it continues
	 */
	advance(continuations: readonly (readonly Continuation[])[]): readonly number[] {
		const extensions = this.extend(continuations);
		this.length++;
		// The others beyond `count` are only there so that enough can go on.
		for (const extension of extensions.slice(0, this.options.count))
			if (extension.end) this.finished.add(extension, { reason: extension.end, length: this.length });
		const living = extensions.filter(({ end }) => !end).slice(0, this.options.count);
		// Where nothing at all may follow, what there is was the whole.
		if (extensions.length === 0) this.finishRunning(this.length - 1);
		this.hypotheses = living;
		if (!this.canImprove()) this.end();
		return this.ended ? [] : living.map(({ parent }) => parent);
	}

	/** Ends the search before its time: what runs counts as finished at its present length. */
	stop(): void {
		if (this.ended) return;
		this.finishRunning(this.length);
		this.end();
	}

	private extend(continuations: readonly (readonly Continuation[])[]): readonly Extension[] {
		const all = continuations.flatMap((offers, parent) =>
			offers.map(offer => ({ parent, offer, total: this.hypotheses[parent]!.total + offer.score })),
		);
		all.sort((one, other) => other.total - one.total || one.parent - other.parent || one.offer.id - other.offer.id);
		return all.slice(0, this.breadth).map(({ parent, offer, total }) => this.extension(parent, offer, total));
	}

	private extension(parent: number, { id, logProbability }: Continuation, total: number): Extension {
		const before = this.hypotheses[parent]!;
		if (this.options.stopIds.includes(id)) return { ...before, parent, total, end: 'stop' };
		const tokenIds = [...before.tokenIds, id];
		const complete = this.options.isComplete?.(tokenIds) ?? false;
		const end = complete ? 'stop' : tokenIds.length >= this.options.mostTokens ? 'length' : undefined;
		return { tokenIds, parent, total, logProbability: before.logProbability + logProbability, end };
	}

	private finishRunning(length: number): void {
		for (const hypothesis of this.hypotheses) this.finished.add(hypothesis, { reason: 'length', length });
	}

	private end(): void {
		this.hypotheses = [];
		this.ended = true;
	}

	/** Whether going on could change the result, by the estimate that `earlyStopping` asks for. */
	private canImprove(): boolean {
		const { earlyStopping, lengthPenalty, mostTokens, forcedTokens = 0 } = this.options;
		const leader = this.hypotheses[0];
		if (!leader) return false;
		if (!this.finished.isFull) return true;
		if (earlyStopping === true) return false;
		const length = earlyStopping === 'never' && lengthPenalty > 0 ? forcedTokens + mostTokens : this.length;
		return leader.total / length ** lengthPenalty > this.finished.worstScore;
	}
}
