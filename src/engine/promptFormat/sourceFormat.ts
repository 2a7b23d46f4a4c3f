import {
	badModel,
	fileNames,
	isObject,
	isTokenId,
	parseJsonObject,
	type JsonObject,
	type ModelFiles,
	type Tokenizer,
} from '../tokenizer';
import { type PromptFormat, type SourceFrame, type TaskFormat } from './modelDescription';

/** What is fed to the decoder of an encoder-decoder before it chooses: the start token and a forced first one.
 * @throws GenerationError badModel when no file names a start */
export function readDecoderStart(generation: JsonObject, config: JsonObject): readonly number[] {
	const idOf = (key: string): number | undefined => [generation[key], config[key]].find(isTokenId);
	const start = idOf('decoder_start_token_id') ?? idOf('bos_token_id');
	if (start === undefined)
		throw badModel(fileNames.config, 'names no decoder_start_token_id, which an encoder-decoder model needs');
	const forced = idOf('forced_bos_token_id');
	return forced === undefined ? [start] : [start, forced];
}

/** How BART fills a gap: it was trained to write a whole text of which it reads parts and one mask. Only as it was published first
 * ("BartModel"): trained further, for summaries or translations, it has forgotten how. */
export function readInfill(config: JsonObject, tokenizer: Pick<Tokenizer, 'token'>): PromptFormat['fill'] {
	const made: unknown = config.architectures;
	const isFirst = config.model_type === 'bart' && Array.isArray(made) && made[0] === 'BartModel';
	if (!isFirst || tokenizer.token('<mask>') === undefined) return undefined;
	return [{ text: '{prefix}' }, { token: '<mask>' }, { text: '{suffix}' }];
}

/** Whether the files want the end token last where the length ends an answer: BART, Marian and M2M100 were trained so. */
export function forcesEnd(generation: JsonObject, config: JsonObject): boolean {
	return [generation.forced_eos_token_id, config.forced_eos_token_id].some(isTokenId);
}

/** Single tokens that the files forbid: Marian would otherwise write its padding. Longer sequences are not supported. */
export function readBannedIds(generation: JsonObject, config: JsonObject): readonly number[] {
	const words: unknown = generation.bad_words_ids ?? config.bad_words_ids;
	const sequences = Array.isArray(words) ? (words as readonly unknown[]) : [];
	const single = sequences.flatMap(word => (Array.isArray(word) && word.length === 1 ? (word as unknown[]) : []));
	const suppressed: unknown = generation.suppress_tokens ?? config.suppress_tokens;
	const all = [...single, ...(Array.isArray(suppressed) ? (suppressed as readonly unknown[]) : [])];
	return [...new Set(all.filter(isTokenId))];
}

/** The tokens an encoder expects around a text, from the tokenizer's post-processor: `</s>` after it for T5 and Marian. */
export function readSourceFrame(files: ModelFiles): SourceFrame {
	const json = files.tokenizer === undefined ? {} : parseJsonObject(files.tokenizer, fileNames.tokenizer);
	const processor = json.post_processor;
	const nested = isObject(processor) && Array.isArray(processor.processors) ? processor.processors : [processor];
	for (const one of nested as readonly unknown[]) {
		const frame = isObject(one) ? frameOf(one) : undefined;
		if (frame) return frame;
	}
	return { before: [], after: [] };
}

function frameOf(processor: JsonObject): SourceFrame | undefined {
	const { cls, sep, single } = processor;
	if (Array.isArray(cls) && Array.isArray(sep) && isTokenId(cls[1]) && isTokenId(sep[1]))
		return { before: [cls[1]], after: [sep[1]] };
	if (!Array.isArray(single)) return undefined;
	const parts = single as readonly unknown[];
	const at = parts.findIndex(part => isObject(part) && 'Sequence' in part);
	const idsOf = (some: readonly unknown[]): number[] => some.flatMap(part => specialIds(part, processor));
	return { before: idsOf(parts.slice(0, at)), after: idsOf(parts.slice(at + 1)) };
}

function specialIds(part: unknown, { special_tokens: tokens }: JsonObject): readonly number[] {
	const name: unknown = isObject(part) && isObject(part.SpecialToken) ? part.SpecialToken.id : undefined;
	const entry: unknown = typeof name === 'string' && isObject(tokens) ? tokens[name] : undefined;
	const ids: unknown = isObject(entry) ? entry.ids : undefined;
	return Array.isArray(ids) ? (ids as readonly unknown[]).filter(isTokenId) : [];
}

/** The tasks that config.json names with their prefixes ('translate English to German: '), or the one Marian is made for. */
export function readNamedTasks(config: JsonObject, tokenizerConfig: JsonObject): readonly TaskFormat[] {
	if (config.model_type === 'marian') return [translation(marianTarget(config, tokenizerConfig), '')];
	const named = config.task_specific_params;
	if (!isObject(named)) return [];
	const found = Object.entries(named).flatMap(([name, value]) => {
		const prefix = isObject(value) && typeof value.prefix === 'string' ? value.prefix : '';
		const target = /^translation_[a-z]+_to_([a-z]+)$/.exec(name)?.[1];
		if (target !== undefined && prefix !== '') return [translation(target, prefix)];
		return name.startsWith('summarization')
			? [{ task: 'summarize', unit: 'document' as const, prompt: after(prefix) }]
			: [];
	});
	// BART's files name summarization several times, for different data.
	return found.filter(({ task, to }, index) => found.findIndex(one => one.task === task && one.to === to) === index);
}

const translation = (to: string | undefined, prefix: string): TaskFormat => ({
	task: 'translate',
	...(to !== undefined && { to }),
	unit: 'line',
	prompt: after(prefix),
});

/** The blank between prefix and text belongs to the text's first word in every vocabulary of this kind. */
const after = (prefix: string): TaskFormat['prompt'] =>
	prefix === '' ? [{ text: '{text}' }] : [{ text: prefix.trimEnd() }, { text: '{text}' }];

/** Marian's target as a BCP 47 tag: its files say 'zho', or only in their name 'opus-mt-en-zh'. */
function marianTarget(config: JsonObject, { target_lang: target }: JsonObject): string | undefined {
	const name = typeof config._name_or_path === 'string' ? config._name_or_path : '';
	const found = typeof target === 'string' ? target : /opus-mt-[a-z]+-([a-z]{2,3})$/.exec(name)?.[1];
	return found !== undefined && /^[a-z]{2,3}$/.test(found) ? Intl.getCanonicalLocales(found)[0] : undefined;
}
