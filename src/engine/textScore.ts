import { GenerationError, greedy, type Priority, type Score, type ScoreRequest } from '../generation';
import { type Sequence } from './cacheStore';
import { nextToFeed, type DecodingPlan } from './families/family';
import { type LoadedModel } from './loadedModel';
import { type Recall } from './ngrams';
import { createSampler, type Sampler } from './sampling';
import { type Job } from './scheduler';

/** Where a score goes. Exactly one of the two is called, once. */
export interface ScoreSink {
	scored(score: Score): void;
	failed(error: unknown): void;
}

/** What exists once prompt and text are token ids. */
interface Progress {
	readonly plan: DecodingPlan;
	readonly textIds: readonly number[];
	readonly sequence: Sequence;
	readonly sampler: Sampler;
	readonly recall: Recall | undefined;
}

/** Reads a text instead of making one: the model's log-probability of each of its tokens, one a step after the prompt. */
export class TextScore implements Job {
	readonly priority: Priority;
	private progress: Progress | undefined;
	private tokens = 0;
	private logProbability = 0;

	constructor(
		private readonly model: LoadedModel,
		private readonly request: ScoreRequest,
		private readonly sink: ScoreSink,
	) {
		this.priority = request.priority;
	}

	async step(): Promise<boolean> {
		try {
			return await this.advance();
		} catch (error) {
			if (error instanceof GenerationError && error.code === 'outOfMemory') this.model.caches.clear();
			this.release();
			this.sink.failed(error);
			return true;
		}
	}

	cancelled(): void {
		this.finish();
	}

	private async advance(): Promise<boolean> {
		const { plan, textIds, sequence, sampler, recall } = (this.progress ??= this.begin());
		if (this.tokens === textIds.length) return this.finish();
		const missing = nextToFeed(plan, sequence.tokens.length, this.model.pace.chunkTokens);
		const next = missing.length > 0 ? missing : [textIds[this.tokens - 1]!];
		const logits = await sequence.state.forward(next);
		sequence.tokens.push(...next);
		if (sequence.tokens.length < plan.ids.length) return false;
		// With a single allowed token the sampler only says how likely it was.
		sampler.next(logits, [textIds[this.tokens]!]);
		this.logProbability += Math.max(sampler.logProbability, leastLogProbability);
		recall?.accept(textIds[this.tokens]!);
		this.tokens++;
		return this.tokens === textIds.length && this.finish();
	}

	private begin(): Progress {
		const { model, request } = this;
		const textIds = model.tokenizer.encode(request.text);
		// The whole prompt is fed, so nothing is left to heal.
		const { healing, ...built } = model.buildPrompt(request.prompt, textIds.length);
		const plan = model.plan(built);
		const { contextTokens, id } = model.info;
		if (plan.ids.length + textIds.length > contextTokens)
			throw new GenerationError(
				'promptTooLong',
				`Prompt and text have ${plan.ids.length + textIds.length} tokens; '${id}' takes ${contextTokens}. Score a shorter text.`,
			);
		const recall = request.ngramCache === true ? model.createRecall(built, request.prompt) : undefined;
		const sampler = createSampler(greedy, {
			vocabularySize: model.tokenizer.vocabularySize,
			...(recall ? { mix: (logits, sum) => recall.mix(logits, sum) } : {}),
		});
		return { plan, textIds, sequence: model.caches.take(plan), sampler, recall };
	}

	private finish(): true {
		this.release();
		this.sink.scored({ logProbability: this.logProbability, tokens: this.tokens });
		return true;
	}

	private release(): void {
		if (this.progress) this.model.caches.giveBack(this.progress.sequence);
	}
}

/** Stands for "impossible" in sums and messages, which take no infinity. */
const leastLogProbability = -1000;
