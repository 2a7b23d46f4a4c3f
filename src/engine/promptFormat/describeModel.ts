import { type ModelRole, type TaskAbility } from '../../generation';
import { recogniseFillFormat } from '../../prompts';
import {
	badModel,
	fileNames,
	isObject,
	isTokenId,
	parseJsonObject,
	tokenName,
	type JsonObject,
	type ModelFiles,
	type Tokenizer,
} from '../tokenizer';
import { readInkling, type InklingConfig } from './inklingConfig';
import { languageTasks, readLanguageTokens } from './languageTokens';
import { type ChatFormat, type ModelDescription, type PromptFormat, type TaskFormat } from './modelDescription';
import {
	forcesEnd,
	readBannedIds,
	readDecoderStart,
	readInfill,
	readNamedTasks,
	readSourceFrame,
} from './sourceFormat';
import { readTaskSampling } from './taskSampling';

/** Used when config.json names no context length: what every decoder of the last years can do. */
const defaultContextTokens = 2048;

const contextKeys = ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len', 'seq_length'];

/**
 * What a model can be asked and how: from the "inkling" object of config.json where there is one, else recognised from the
 * vocabulary's control tokens and the chat template.
 * @throws GenerationError badModel naming the file
 */
export function describeModel(files: ModelFiles, tokenizer: Tokenizer): ModelDescription {
	const config = parse(files.config, fileNames.config);
	const generation = parse(files.generationConfig, fileNames.generationConfig);
	const own = readInkling(config.inkling, tokenizer);
	const hasEncoder = config.is_encoder_decoder === true;
	const format = hasEncoder ? sourceFormat(files, config, { own, tokenizer }) : decoderFormat(files, own, tokenizer);
	const taskSampling = readTaskSampling(generation);
	return {
		roles: own?.roles ?? rolesOf(format),
		tasks: format.tasks.map(abilityOf),
		contextTokens: own?.contextTokens ?? contextTokens(config),
		...(own?.minimumConfidence && { minimumConfidence: own.minimumConfidence }),
		...(taskSampling && { taskSampling }),
		format,
		stopIds: stopIds([generation.eos_token_id, config.eos_token_id, tokenizer.eosIds]),
		decoderStart: hasEncoder ? readDecoderStart(generation, config) : [],
		endsAtLimit: hasEncoder && forcesEnd(generation, config),
		bannedIds: readBannedIds(generation, config),
	};
}

function decoderFormat(files: ModelFiles, own: InklingConfig | undefined, tokenizer: Tokenizer): PromptFormat {
	const chat = chatFormat(files);
	return {
		...(tokenizer.bosId !== undefined && { bosId: tokenizer.bosId }),
		...fillOf(own?.fill, tokenizer),
		continue: own?.continue ?? [{ text: '{text}' }],
		tasks: own?.tasks ?? [],
		...(chat && { chat }),
	};
}

/** An encoder-decoder turns one text into another: it does tasks, and goes on from a text only where it says so. */
function sourceFormat(
	files: ModelFiles,
	config: JsonObject,
	{ own, tokenizer }: { readonly own: InklingConfig | undefined; readonly tokenizer: Tokenizer },
): PromptFormat {
	const tokenizerConfig = parse(files.tokenizerConfig, fileNames.tokenizerConfig);
	const languages = readLanguageTokens(config, tokenizerConfig, tokenizer);
	const infill = own?.fill ?? readInfill(config, tokenizer);
	const named = languages ? languageTasks(languages) : infill ? [] : readNamedTasks(config, tokenizerConfig);
	return {
		sourceFrame: readSourceFrame(files),
		fillStop: [],
		...(infill && { fill: infill }),
		...(own?.continue && { continue: own.continue }),
		...(languages && { languages }),
		tasks: own?.tasks ?? named,
	};
}

function parse(text: string | undefined, file: string): JsonObject {
	return text === undefined ? {} : parseJsonObject(text, file);
}

function fillOf(own: PromptFormat['fill'], tokenizer: Tokenizer): Pick<PromptFormat, 'fill' | 'fillStop'> {
	if (own) return { fill: own, fillStop: own.flatMap(part => ('token' in part ? [part.token] : [])) };
	const known = recogniseFillFormat(name => tokenizer.token(name) !== undefined);
	return known ? { fill: known.prompt, fillStop: known.stop } : { fillStop: [] };
}

/** A model without a chat template writes on from any text, so it can complete, without a fill format from the prefix alone. */
function rolesOf(format: PromptFormat): readonly ModelRole[] {
	if (format.sourceFrame) return format.fill ? ['fill'] : ['task'];
	const fill: readonly ModelRole[] = format.fill || !format.chat ? ['fill'] : [];
	return format.chat ? [...fill, 'task', 'chat'] : fill;
}

function contextTokens(config: JsonObject): number {
	const inner = isObject(config.text_config) ? config.text_config : config;
	const found = contextKeys
		.map(key => inner[key])
		.find(value => typeof value === 'number' && Number.isInteger(value) && value >= 16);
	return typeof found === 'number' ? found : defaultContextTokens;
}

/** The first source that names any, and the tokenizer's own end of sequence, each once. */
function stopIds(sources: readonly unknown[]): readonly number[] {
	const ids = new Set<number>();
	for (const source of sources)
		for (const id of Array.isArray(source) ? (source as readonly unknown[]) : [source]) if (isTokenId(id)) ids.add(id);
	return [...ids];
}

/** chat_template.jinja wins over tokenizer_config.json, which has a text or a list of named ones. */
function chatFormat(files: ModelFiles): ChatFormat | undefined {
	const config = parse(files.tokenizerConfig, fileNames.tokenizerConfig);
	const inConfig = templateOf(config.chat_template);
	const template = files.chatTemplate ?? inConfig;
	if (template === undefined) return undefined;
	const tokens = ['bos_token', 'eos_token', 'pad_token', 'unk_token'].flatMap(role => {
		const name = tokenName(config[role]);
		return name === undefined ? [] : [[role, name] as const];
	});
	const file = files.chatTemplate === undefined ? fileNames.tokenizerConfig : fileNames.chatTemplate;
	return { template, file, tokens: Object.fromEntries(tokens) };
}

function templateOf(value: unknown): string | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'string') return value;
	const named: unknown = Array.isArray(value)
		? (value as readonly unknown[]).find(entry => isObject(entry) && entry.name === 'default')
		: undefined;
	if (isObject(named) && typeof named.template === 'string') return named.template;
	throw badModel(fileNames.tokenizerConfig, '"chat_template" must be text or a list with one named "default"');
}

/** What a format can do, without how it is asked. */
function abilityOf({ task, to, unit, minimumLogProbability }: TaskFormat): TaskAbility {
	return {
		task,
		...(to !== undefined && { to }),
		unit,
		...(minimumLogProbability !== undefined && { minimumLogProbability }),
	};
}
