import { GenerationError, type DoneReason, type GenerateRequest, type Priority, type Usage } from '../generation';
import { type Sequence } from './cacheStore';
import { nextToFeed, type DecodingPlan } from './families/family';
import { type LoadedModel } from './loadedModel';
import { type Recall } from './ngrams';
import { type BuiltPrompt, type TokenHealer } from './promptFormat';
import { createSampler, type Sampler } from './sampling';
import { type Job } from './scheduler';
import { StopStrings, type Delivery } from './stopStrings';
import { type StreamDecoder } from './tokenizer';

/** Where an answer goes. Exactly one of `done` and `failed` comes last. */
export interface AnswerSink {
	text(delivery: Delivery): void;
	done(reason: DoneReason, usage: Usage, tokenIds: readonly number[]): void;
	failed(error: unknown): void;
}

/** What exists once the prompt is token ids. */
interface Progress {
	readonly prompt: BuiltPrompt;
	/** Keeps to the bytes of a token that was taken back from the prompt, while there are any. */
	readonly healer: TokenHealer | undefined;
	readonly plan: DecodingPlan;
	readonly sequence: Sequence;
	readonly mostTokens: number;
	readonly sampler: Sampler;
	readonly recall: Recall | undefined;
	readonly decoder: StreamDecoder;
	readonly stops: StopStrings;
}

/** Stands for "impossible" in sums and messages, which take no infinity. */
const leastLogProbability = -1000;

/** One request on its way through the model, as steps of one chunk of prompt or one token each. */
export class Answer implements Job {
	readonly priority: Priority;
	private progress: Progress | undefined;
	private readonly tokenIds: number[] = [];
	private prefillMs = 0;
	private decodeMs = 0;
	private decodeStartedAt: number | undefined;

	constructor(
		private readonly model: LoadedModel,
		private readonly request: GenerateRequest,
		private readonly sink: AnswerSink,
		private readonly now: () => number,
	) {
		this.priority = request.priority;
	}

	async step(isCancelled: () => boolean): Promise<boolean> {
		try {
			return await this.advance(isCancelled);
		} catch (error) {
			if (error instanceof GenerationError && error.code === 'outOfMemory') this.model.caches.clear();
			this.release();
			this.sink.failed(error);
			return true;
		}
	}

	cancelled(): void {
		this.finish('cancelled');
	}

	private async advance(isCancelled: () => boolean): Promise<boolean> {
		const startedAt = this.now();
		const progress = (this.progress ??= this.begin());
		const { sequence, plan, mostTokens } = progress;
		const missing = nextToFeed(plan, sequence.tokens.length, this.model.pace.chunkTokens);
		const isPrefill = missing.length > 0;
		if (!isPrefill && this.isOutOfTime(startedAt)) return this.finishWithRest(progress, 'length');
		if (mostTokens === 0) return this.finishWithRest(progress, 'length');
		const next = isPrefill ? missing : [this.tokenIds.at(-1)!];
		const logits = await sequence.state.forward(next);
		sequence.tokens.push(...next);
		const tookMs = this.now() - startedAt;
		if (isPrefill) {
			this.prefillMs += tookMs;
			this.model.pace.note(next.length, tookMs);
			this.model.caches.trim();
			if (sequence.tokens.length < plan.ids.length) return false;
		} else this.decodeMs += tookMs;
		if (isCancelled()) return false;
		this.decodeStartedAt ??= this.now();
		return this.take(progress, logits);
	}

	private begin(): Progress {
		const { model, request } = this;
		const built = model.buildPrompt(request.prompt, request.maxTokens);
		const { healing } = built;
		const prompt = healing ? { ...built, ids: built.ids.slice(0, healing.keepIds) } : built;
		const plan = model.plan(prompt);
		const room = model.info.contextTokens - plan.ids.length;
		if (room < 1)
			throw new GenerationError(
				'promptTooLong',
				`The prompt has ${prompt.ids.length} tokens; '${model.info.id}' takes ${model.info.contextTokens} with the answer. Use a shorter text.`,
			);
		const recall = request.ngramCache === false ? undefined : model.createRecall(prompt, request.prompt);
		const sampler = createSampler(request.sampling, {
			vocabularySize: model.tokenizer.vocabularySize,
			seen: plan.ids,
			banned: model.bannedIds,
			...(recall ? { mix: (logits, sum) => recall.mix(logits, sum) } : {}),
		});
		const decoder = model.tokenizer.decoder({ skipBytes: healing?.bytes.length ?? 0 });
		const sequence = model.caches.take(plan);
		return {
			prompt,
			plan,
			healer: healing && model.createHealer(healing),
			sequence,
			sampler,
			recall,
			decoder,
			mostTokens: Math.min(request.maxTokens, room),
			stops: new StopStrings(request.stop),
		};
	}

	/** Chooses a token and delivers what it completes; true when it was the last. */
	private take(progress: Progress, logits: Float32Array): boolean {
		const { sampler, recall, decoder, stops, prompt, mostTokens, healer } = progress;
		const allowed = healer?.allowed();
		const id = sampler.next(logits, allowed);
		if (prompt.stopIds.includes(id)) return this.finishWithRest(progress, 'stop');
		sampler.accept(id);
		recall?.accept(id);
		this.tokenIds.push(id);
		healer?.accept(this.model.tokenizer.bytesOf?.(id)?.length ?? 0);
		// What the document already says is no guess: among tokens that agree with it, only the choice between them is.
		const logProbability = allowed ? logShare(logits, id, allowed) : sampler.logProbability;
		this.deliver(stops.push(decoder.push(id), Math.max(logProbability, leastLogProbability)));
		if (stops.stopped) return this.finish('stop');
		return this.tokenIds.length >= mostTokens && this.finishWithRest(progress, 'length');
	}

	private isOutOfTime(now: number): boolean {
		const { timeLimitMs } = this.request;
		return timeLimitMs !== undefined && this.decodeStartedAt !== undefined && now - this.decodeStartedAt >= timeLimitMs;
	}

	private finishWithRest({ stops, decoder }: Progress, reason: DoneReason): true {
		this.deliver(stops.push(decoder.flush(), 0));
		this.deliver(stops.flush());
		return this.finish(reason);
	}

	private deliver(delivery: Delivery | undefined): void {
		if (delivery) this.sink.text(delivery);
	}

	private finish(reason: DoneReason): true {
		this.release();
		const { prompt, plan, sequence } = this.progress ?? {};
		const usage: Usage = {
			promptTokens: plan ? plan.source.length + plan.ids.length : 0,
			reusedTokens: sequence?.reusedTokens ?? 0,
			cutTokens: prompt?.cutTokens ?? 0,
			newTokens: this.tokenIds.length,
			prefillMs: this.prefillMs,
			decodeMs: this.decodeMs,
		};
		this.sink.done(reason, usage, this.tokenIds);
		return true;
	}

	private release(): void {
		if (this.progress) this.model.caches.giveBack(this.progress.sequence);
	}
}

/** Natural-log probability of a token among the allowed ones. */
function logShare(logits: Float32Array, id: number, allowed: readonly number[]): number {
	const own = logits[id]!;
	return -Math.log(allowed.reduce((sum, other) => sum + Math.exp((logits[other] ?? -Infinity) - own), 0));
}
