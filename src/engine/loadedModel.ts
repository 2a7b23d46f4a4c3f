import { type Log } from '../base';
import { GenerationError, type ModelInfo, type Prompt } from '../generation';
import { isSuffixFirst } from '../prompts';
import { type LoadOptions } from '../protocol';
import { CacheStore } from './cacheStore';
import { placeModel, type PlacedModel } from './devices';
import { type DecodingPlan, type ModelFamily } from './families/family';
import { fittedWeights, LocalContext, Mixture, NgramCache, Recall } from './ngrams';
import { DraftPace } from './draftPace';
import { PrefillPace } from './prefillPace';
import { describeModel, PromptBuilder, TokenHealer, type BuiltPrompt, type Healing } from './promptFormat';
import { ScriptMasks } from './sampling';
import { loadTokenizer, readModelFiles, type Tokenizer } from './tokenizer';

/** A model that is ready to answer. Lives exactly as long as its process. */
export interface LoadedModel {
	readonly info: ModelInfo;
	readonly tokenizer: Tokenizer;
	readonly caches: CacheStore;
	readonly pace: PrefillPace;
	readonly drafts: DraftPace;
	/** The prompt's token ids, shortened where the kind of prompt allows so that an answer fits behind it. @throws GenerationError */
	buildPrompt(prompt: Prompt, maxTokens: number): BuiltPrompt;
	/** What `caches` and the network need to know about a built prompt. */
	plan(prompt: BuiltPrompt): DecodingPlan;
	/** See `ModelDescription.endsAtLimit`. */
	readonly endsAtLimit: boolean;
	createHealer(healing: Healing): TokenHealer;
	/** Tokens that are never chosen, such as padding in models that would. */
	readonly bannedIds: readonly number[];
	/** What keeps answers in one script. */
	readonly scripts: ScriptMasks;
	/** Text seen in other documents. */
	readonly ngrams: NgramCache;
	/** What is known about the document of a fill or continue prompt beside the model; undefined for other prompts. */
	createRecall(built: BuiltPrompt, prompt: Prompt): Recall | undefined;
	/** The same model for somebody else, who shares the weights and caches but no text that was seen. */
	withOwnNgrams(): LoadedModel;
}

export interface LoadContext {
	readonly log: Log;
	/** Milliseconds from any origin. */
	readonly now: () => number;
	/** Told how far loading is, from 0 to 1. */
	readonly onProgress: (fraction: number) => void;
}

/** Loads a model folder: its files are checked first, then the tokenizer, then the graph with a few proving runs.
 * @throws GenerationError that names the file, the reason and the next step */
export async function loadModel(options: LoadOptions, { log, now, onProgress }: LoadContext): Promise<LoadedModel> {
	const startedAt = now();
	onProgress(0);
	const placed = await placeModel(options, log);
	onProgress(0.8);
	const files = await readModelFiles(options.folder);
	const tokenizer = loadTokenizer(files);
	const description = describeModel(files, tokenizer);
	requireMatchingVocabulary(tokenizer, placed);
	const { model, device, threads, fallbackReason, family } = placed;
	const info: ModelInfo = {
		id: model.id,
		name: model.id,
		roles: description.roles,
		tasks: description.tasks,
		contextTokens: description.contextTokens,
		...(description.format.fill && { suffixFirst: isSuffixFirst(description.format.fill) }),
		...(description.minimumConfidence && { minimumConfidence: description.minimumConfidence }),
		...(description.taskSampling && { taskSampling: description.taskSampling }),
		device,
		...(fallbackReason === undefined ? {} : { fallbackReason }),
		loadMs: Math.round(now() - startedAt),
	};
	log.info(
		`Loaded ${info.id} (${model.variant}) on ${device} in ${info.loadMs} ms: ${threads} threads, context ${info.contextTokens} tokens, ${family.description}.`,
	);
	onProgress(1);
	const builder = new PromptBuilder(description, tokenizer);
	const mixture = new Mixture(fittedWeights, tokenizer.vocabularySize);
	return withNgrams(mixture, {
		info,
		tokenizer,
		caches: new CacheStore(plan => family.createState(plan), options.cacheBytes),
		pace: new PrefillPace(),
		drafts: new DraftPace(),
		buildPrompt: (prompt, maxTokens) => {
			const built = builder.build(prompt, promptBudget(prompt, info.contextTokens, maxTokens, family));
			requireKnownIds(built.ids, model.config.vocabularySize);
			return built;
		},
		plan: ({ ids, decoderStart }) => family.plan(ids, decoderStart ?? description.decoderStart),
		endsAtLimit: description.endsAtLimit,
		bannedIds: description.bannedIds,
		scripts: new ScriptMasks(tokenizer),
		createHealer: ({ bytes }) => new TokenHealer(builder.vocabulary, bytes),
	});
}

function withNgrams(
	mixture: Mixture,
	model: Omit<LoadedModel, 'ngrams' | 'createRecall' | 'withOwnNgrams'>,
): LoadedModel {
	const ngrams = new NgramCache();
	return {
		...model,
		ngrams,
		createRecall: (built, prompt) => createRecall(built, prompt, ngrams, mixture),
		withOwnNgrams: () => withNgrams(mixture, model),
	};
}

function createRecall(
	{ document, healing }: BuiltPrompt,
	prompt: Prompt,
	ngrams: NgramCache,
	mixture: Mixture,
): Recall | undefined {
	if (!document) return undefined;
	// What is healed comes again as the answer's first token.
	const before = healing ? document.before.slice(0, -1) : document.before;
	const own = 'document' in prompt ? prompt.document : undefined;
	return new Recall(ngrams, mixture, new LocalContext(before, document.after), own);
}

/** Room for the answer comes first, up to half of the context; whoever brings ready token ids has thought about it. An encoder
 * has a context of its own; but where a gap is filled, the decoder has the text before it in its own too. */
function promptBudget(prompt: Prompt, contextTokens: number, maxTokens: number, family: ModelFamily): number {
	if (family.readsSourceApart && prompt.kind !== 'fill' && prompt.kind !== 'continue') return contextTokens;
	const answer = prompt.kind === 'tokens' ? 1 : Math.min(maxTokens, Math.floor(contextTokens / 2));
	return contextTokens - Math.max(1, answer);
}

function requireMatchingVocabulary(tokenizer: Tokenizer, { model, family }: PlacedModel): void {
	const known = Math.min(model.config.vocabularySize, family.logitsWidth);
	if (tokenizer.vocabularySize <= known) return;
	throw new GenerationError(
		'badModel',
		`${model.folder}: tokenizer.json has ${tokenizer.vocabularySize} tokens but the model only ${known}. The files are of different models; download the model again.`,
	);
}

function requireKnownIds(ids: readonly number[], vocabularySize: number): void {
	if (ids.length === 0) throw new GenerationError('badRequest', 'The prompt is empty: there is nothing to continue.');
	const strange = ids.find(id => id >= vocabularySize);
	if (strange !== undefined)
		throw new GenerationError(
			'badRequest',
			`Token id ${strange} is outside the vocabulary of ${vocabularySize} tokens.`,
		);
}
