import {
	GenerationError,
	type Alternative,
	type Delivery,
	type DoneReason,
	type GenerateRequest,
	type Priority,
	type Usage,
} from '../generation';
import { type Sequence } from './cacheStore';
import { createDecoding, forwardFeed, type Decoding, type Feed } from './decoding';
import { nextToFeed, type DecodingPlan } from './families/family';
import { type LoadedModel } from './loadedModel';
import { type BuiltPrompt } from './promptFormat';
import { type Job } from './scheduler';

/** Where an answer goes. Exactly one of `done` and `failed` comes last. */
export interface AnswerSink {
	text(delivery: Delivery): void;
	done(reason: DoneReason, usage: Usage, answer: DoneAnswer): void;
	failed(error: unknown): void;
}

export interface DoneAnswer {
	readonly tokenIds: readonly number[];
	readonly alternatives?: readonly Alternative[];
}

/** What exists once the prompt is token ids. */
interface Progress {
	readonly prompt: BuiltPrompt;
	readonly plan: DecodingPlan;
	readonly sequence: Sequence;
	readonly mostTokens: number;
	readonly decoding: Decoding;
}

/** One request on its way through the model, as steps of one chunk of prompt or one token each. */
export class Answer implements Job {
	readonly priority: Priority;
	private progress: Progress | undefined;
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
		const { sequence, plan, mostTokens, decoding } = this.progress ?? (await this.start());
		const missing = nextToFeed(plan, sequence.tokens.length, this.model.pace.chunkTokens);
		const isPrefill = missing.length > 0;
		if (mostTokens === 0 || (!isPrefill && this.isOutOfTime(startedAt))) return this.finish(decoding.stop());
		const rows = isPrefill ? await this.prefill(sequence, missing) : await this.decode(decoding.next());
		if (sequence.tokens.length < plan.ids.length || isCancelled()) return false;
		this.decodeStartedAt ??= this.now();
		const reason = decoding.take(rows);
		return reason !== undefined && this.finish(reason);
	}

	private async prefill({ state, tokens }: Sequence, ids: readonly number[]): Promise<readonly Float32Array[]> {
		const startedAt = this.now();
		const logits = await state.forward(ids);
		tokens.push(...ids);
		const tookMs = this.now() - startedAt;
		this.prefillMs += tookMs;
		this.model.pace.note(ids.length, tookMs);
		this.model.caches.trim();
		return [logits];
	}

	private async decode(feed: Feed): Promise<readonly Float32Array[]> {
		const startedAt = this.now();
		const rows = await forwardFeed(feed);
		const tookMs = this.now() - startedAt;
		this.decodeMs += tookMs;
		this.model.drafts.note(feed.ids.length, tookMs);
		return rows;
	}

	private async start(): Promise<Progress> {
		const progress = (this.progress = this.begin());
		const { plan, sequence } = progress;
		await sequence.state.expect?.(plan.ids.length - sequence.tokens.length);
		return progress;
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
		const most = Math.min(request.maxTokens, room);
		const mostTokens = model.endsAtLimit && most > 1 ? most - 1 : most;
		const deliver = (delivery: Delivery): void => this.sink.text(delivery);
		const sequence = model.caches.take(plan);
		try {
			const decoding = createDecoding({ model, request, prompt, plan, mostTokens, deliver }, sequence);
			return { prompt, plan, sequence, mostTokens, decoding };
		} catch (error) {
			model.caches.giveBack(sequence);
			throw error;
		}
	}

	private isOutOfTime(now: number): boolean {
		const { timeLimitMs } = this.request;
		return timeLimitMs !== undefined && this.decodeStartedAt !== undefined && now - this.decodeStartedAt >= timeLimitMs;
	}

	private finish(reason: DoneReason): true {
		this.release();
		const { prompt, plan, sequence, decoding } = this.progress ?? {};
		const tokenIds = decoding?.tokenIds ?? [];
		const alternatives = reason === 'cancelled' ? undefined : decoding?.alternatives;
		const usage: Usage = {
			promptTokens: plan ? plan.source.length + plan.ids.length : 0,
			reusedTokens: sequence?.reusedTokens ?? 0,
			cutTokens: prompt?.cutTokens ?? 0,
			newTokens: tokenIds.length,
			prefillMs: this.prefillMs,
			decodeMs: this.decodeMs,
		};
		this.sink.done(reason, usage, { tokenIds, ...(alternatives && { alternatives }) });
		return true;
	}

	private release(): void {
		if (this.progress) this.model.caches.giveBack(this.progress.sequence);
	}
}
