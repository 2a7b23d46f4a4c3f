import { StopStrings, type Delivery, type DoneReason, type Sampling } from '../../generation';
import { type Recall } from '../ngrams';
import { type TokenHealer } from '../promptFormat';
import { createSampler, logSumExpOf, type Sampler } from '../sampling';
import { type StreamDecoder } from '../tokenizer';
import { stopTexts, type Decoding, type DecodingContext, type Feed, type Path } from './decoding';
import { Drafts } from './drafts';

/** Stands for "impossible" in sums and messages, which take no infinity. */
const leastLogProbability = -1000;

/** One token after the other, each delivered as soon as it makes whole characters. */
export class SinglePath implements Decoding {
	readonly tokenIds: number[] = [];
	readonly alternatives = undefined;
	/** Sum over the tokens of the answer. */
	logProbability = 0;
	private readonly sampler: Sampler;
	private readonly recall: Recall | undefined;
	private readonly decoder: StreamDecoder;
	private readonly stops: StopStrings;
	/** Keeps to the bytes of a token that was taken back from the prompt, while there are any. */
	private readonly healer: TokenHealer | undefined;
	private drafts: Drafts | undefined;
	/** Fed behind the last token without being certain. */
	private draft: readonly number[] = [];

	/** @throws GenerationError badRequest for sampling settings outside their range */
	constructor(
		private readonly context: DecodingContext,
		private readonly path: Path,
		sampling: Sampling,
	) {
		const { model, plan, prompt, request } = context;
		const recall = request.ngramCache === false ? undefined : model.createRecall(prompt, request.prompt);
		this.recall = recall;
		this.sampler = createSampler(sampling, {
			vocabularySize: model.tokenizer.vocabularySize,
			seen: plan.ids,
			banned: model.bannedIds,
			stopIds: prompt.stopIds,
			...(sampling.script && { script: model.scripts.maskOf(sampling.script) }),
			...(recall && { mix: (logits, sum) => recall.mix(logits, sum) }),
		});
		this.decoder = model.tokenizer.decoder({ skipBytes: prompt.healing?.bytes.length ?? 0 });
		this.stops = new StopStrings(stopTexts(context));
		this.healer = prompt.healing && model.createHealer(prompt.healing);
	}

	take(rows: readonly Float32Array[]): DoneReason | undefined {
		const { tokens, state } = this.path;
		const certain = tokens.length - this.draft.length;
		let taken = 0;
		let reason: DoneReason | undefined;
		do reason = this.takeOne(rows[taken++]!);
		while (reason === undefined && taken < rows.length && this.tokenIds.at(-1) === this.draft[taken - 1]);
		if (taken < rows.length) {
			state.truncate(certain + taken - 1);
			tokens.length = certain + taken - 1;
		}
		return reason;
	}

	private takeOne(logits: Float32Array): DoneReason | undefined {
		const { prompt, mostTokens } = this.context;
		const allowed = this.healer?.allowed();
		const id = this.sampler.next(logits, allowed);
		if (prompt.stopIds.includes(id)) return this.endWithRest('stop');
		// What the document already says is no guess: among tokens that agree with it, only the choice between them is.
		const logProbability = allowed ? logits[id]! - logSumExpOf(logits, allowed).logTotal : this.sampler.logProbability;
		this.accept(id, Math.max(logProbability, leastLogProbability));
		if (this.stops.stopped) return 'stop';
		return this.tokenIds.length >= mostTokens ? this.endWithRest('length') : undefined;
	}

	next(): Feed {
		const { context, path, tokenIds } = this;
		if (path.state.forwardEach && context.request.drafts !== false)
			this.drafts ??= new Drafts(path.tokens, tokenIds, context.model.drafts);
		this.draft = this.drafts?.next(context.mostTokens - tokenIds.length - 1) ?? [];
		return { path, ids: [...tokenIds.slice(-1), ...this.draft] };
	}

	stop(): DoneReason {
		return this.endWithRest('length');
	}

	private accept(id: number, logProbability: number): void {
		this.sampler.accept(id);
		this.recall?.accept(id);
		this.drafts?.accept(id);
		this.tokenIds.push(id);
		this.logProbability += logProbability;
		this.healer?.accept(this.context.model.tokenizer.bytesOf?.(id)?.length ?? 0);
		this.deliver(this.stops.push(this.decoder.push(id), logProbability));
	}

	private endWithRest(reason: DoneReason): DoneReason {
		this.deliver(this.stops.push(this.decoder.flush(), 0));
		this.deliver(this.stops.flush());
		return reason;
	}

	private deliver(delivery: Delivery | undefined): void {
		if (delivery) this.context.deliver(delivery);
	}
}
