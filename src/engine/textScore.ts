import { GenerationError, greedy, type Priority, type Score, type ScoreRequest } from '../generation';
import { type Sequence } from './cacheStore';
import { type LoadedModel } from './loadedModel';
import { createSampler, type Sampler } from './sampling';
import { type Job } from './scheduler';

/** Where a score goes. Exactly one of the two is called, once. */
export interface ScoreSink {
	scored(score: Score): void;
	failed(error: unknown): void;
}

/** What exists once prompt and text are token ids. */
interface Progress {
	readonly promptIds: readonly number[];
	readonly textIds: readonly number[];
	readonly sequence: Sequence;
	readonly sampler: Sampler;
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
		const { promptIds, textIds, sequence, sampler } = (this.progress ??= this.begin());
		if (this.tokens === textIds.length) return this.finish();
		const { length } = sequence.tokens;
		const next =
			length < promptIds.length
				? promptIds.slice(length, length + this.model.pace.chunkTokens)
				: [textIds[this.tokens - 1]!];
		const logits = await this.model.decoder.forward(sequence.cache, next);
		sequence.tokens.push(...next);
		if (sequence.tokens.length < promptIds.length) return false;
		// With a single allowed token the sampler only says how likely it was.
		sampler.next(logits, [textIds[this.tokens]!]);
		this.logProbability += Math.max(sampler.logProbability, leastLogProbability);
		this.tokens++;
		return this.tokens === textIds.length && this.finish();
	}

	private begin(): Progress {
		const { model, request } = this;
		const textIds = model.tokenizer.encode(request.text);
		const { ids } = model.buildPrompt(request.prompt, textIds.length);
		const { contextTokens, id } = model.info;
		if (ids.length + textIds.length > contextTokens)
			throw new GenerationError(
				'promptTooLong',
				`Prompt and text have ${ids.length + textIds.length} tokens; '${id}' takes ${contextTokens}. Score a shorter text.`,
			);
		const sampler = createSampler(greedy, { vocabularySize: model.tokenizer.vocabularySize });
		return { promptIds: ids, textIds, sequence: model.caches.take(ids), sampler };
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
