import { StopStrings, type Alternative, type DoneReason } from '../../generation';
import { BeamSearch, likeliestContinuations, type Continuation, type Finished } from '../beams';
import { checkSampling, type ScriptMask } from '../sampling';
import { fork, stopTexts, type Decoding, type DecodingContext, type Feed, type Path } from './decoding';

/** Beam search on a model: one hypothesis gets one token at a time. The best text is delivered at the end, in one piece.
 * N-grams of other documents are not mixed in: it is the model's own ranking of whole texts. */
export class BeamDecoding implements Decoding {
	private readonly search: BeamSearch;
	/** By running hypothesis: a path that ends just before its last token. Hypotheses with the same beginning share it until it
	 * is their turn. */
	private paths: Path[];
	/** Of the running hypotheses whose logits are known. */
	private continuations: (readonly Continuation[])[] = [];
	private readonly script: ScriptMask | undefined;

	/** @throws GenerationError badRequest for settings outside their range */
	constructor(
		private readonly context: DecodingContext,
		root: Path,
		private readonly count: number,
	) {
		const { model, request, prompt, plan, mostTokens } = context;
		checkSampling(request.sampling);
		const { script } = request.sampling;
		this.script = script && model.scripts.maskOf(script);
		const { count: beams = 1, lengthPenalty = 1, earlyStopping = false } = request.sampling.beams ?? {};
		this.paths = [root];
		this.search = new BeamSearch({
			count: beams,
			lengthPenalty,
			earlyStopping,
			mostTokens,
			stopIds: prompt.stopIds,
			// What a decoder is fed beside its start token, when an encoder has read the prompt.
			forcedTokens: plan.source.length > 0 ? plan.ids.length - 1 : 0,
			...(stopTexts(context).length > 0 && { isComplete: tokenIds => this.render(tokenIds).stopped }),
		});
	}

	get tokenIds(): readonly number[] {
		return this.search.isDone ? (this.search.best[0]?.tokenIds ?? []) : [];
	}

	get alternatives(): readonly Alternative[] | undefined {
		return this.search.isDone ? this.search.best.slice(0, this.count).map(best => this.toAlternative(best)) : undefined;
	}

	take([logits]: readonly Float32Array[]): DoneReason | undefined {
		const { search, continuations } = this;
		const { tokenIds } = search.running[continuations.length]!;
		continuations.push(this.continue(tokenIds, logits!));
		if (continuations.length < search.running.length) return undefined;
		const parents = search.advance(continuations);
		this.continuations = [];
		this.paths = parents.map(parent => this.paths[parent]!);
		return search.isDone ? this.deliverBest() : undefined;
	}

	next(): Feed {
		const index = this.continuations.length;
		const begun = this.paths[index]!;
		// The last hypothesis that begins like this takes the path over, so copies are made for real forks only.
		const path = this.paths.includes(begun, index + 1) ? fork(begun) : begun;
		this.paths[index] = path;
		return { path, ids: this.search.running[index]!.tokenIds.slice(-1) };
	}

	stop(): DoneReason {
		this.search.stop();
		return this.deliverBest();
	}

	private continue(tokenIds: readonly number[], logits: Float32Array): readonly Continuation[] {
		const { model, plan, prompt, request } = this.context;
		return likeliestContinuations(
			logits,
			{ before: plan.ids, tokenIds, allowed: this.allowed(tokenIds), count: this.search.breadth },
			{
				vocabularySize: model.tokenizer.vocabularySize,
				banned: model.bannedIds,
				stopIds: prompt.stopIds,
				...(this.script && { script: this.script }),
				sampling: request.sampling,
			},
		);
	}

	/** The ids that agree with the bytes taken back from the prompt, while an answer has not made up for them. */
	private allowed(tokenIds: readonly number[]): readonly number[] | undefined {
		const { model, prompt } = this.context;
		if (!prompt.healing) return undefined;
		const healer = model.createHealer(prompt.healing);
		for (const id of tokenIds) healer.accept(model.tokenizer.bytesOf?.(id)?.length ?? 0);
		return healer.allowed();
	}

	private render(tokenIds: readonly number[]): { readonly text: string; readonly stopped: boolean } {
		const { model, prompt } = this.context;
		const decoder = model.tokenizer.decoder({ skipBytes: prompt.healing?.bytes.length ?? 0 });
		const stops = new StopStrings(stopTexts(this.context));
		const pieces = tokenIds.map(id => stops.push(decoder.push(id), 0)?.text ?? '');
		const { stopped } = stops;
		pieces.push(stops.push(decoder.flush(), 0)?.text ?? '', stops.flush()?.text ?? '');
		return { text: pieces.join(''), stopped };
	}

	private toAlternative({ tokenIds, logProbability, score }: Finished): Alternative {
		return { text: this.render(tokenIds).text, logProbability, score, tokenIds };
	}

	private deliverBest(): DoneReason {
		const best = this.search.best[0]!;
		const { text, logProbability } = this.toAlternative(best);
		if (text !== '') this.context.deliver({ text, logProbability });
		return best.reason;
	}
}
