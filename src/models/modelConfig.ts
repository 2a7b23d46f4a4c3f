import * as v from 'valibot';
import { GenerationError } from '../generation';
import { refuseByName } from './refusals';

/** What every model's `config.json` says. */
interface CommonConfig {
	/** As in the file: 'gpt2', 'llama', 't5' ... */
	readonly modelType: string;
	readonly vocabularySize: number;
	/** Longest sequence, in tokens; undefined when the file does not say. */
	readonly contextTokens: number | undefined;
}

/** A model in one graph: the numbers that decide how it is fed where the graph leaves them open. */
export interface DecoderConfig extends CommonConfig {
	readonly family: 'decoder-only' | 'prefix-lm';
	readonly layers: number;
	readonly attentionHeads: number;
	/** Fewer than `attentionHeads` with grouped-query attention. */
	readonly keyValueHeads: number;
	/** Numbers in one head's key. */
	readonly headSize: number;
}

/** A model with an encoder for the prompt and a decoder for the answer, whose graphs say the rest. */
export interface EncoderDecoderConfig extends CommonConfig {
	readonly family: 'encoder-decoder' | 'recurrent';
	/** Layers of the decoder; undefined when the file does not say. */
	readonly decoderLayers: number | undefined;
	/** BART before it was trained for a task: it fills gaps, and does nothing else well. */
	readonly fillsGaps: boolean;
}

export type ModelConfig = DecoderConfig | EncoderDecoderConfig;

const count = (largest: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(largest));
const optionalCount = (largest: number) => v.nullish(count(largest));

/** Both spellings in use: GPT-2's `n_layer` and everyone else's `num_hidden_layers`. */
const fileSchema = v.object({
	model_type: v.optional(v.string(), 'unknown'),
	architectures: v.nullish(v.array(v.string())),
	is_encoder_decoder: v.optional(v.boolean(), false),
	num_decoder_layers: optionalCount(1024),
	decoder_layers: optionalCount(1024),
	num_layers: optionalCount(1024),
	num_hidden_layers: optionalCount(1024),
	n_layer: optionalCount(1024),
	num_attention_heads: optionalCount(4096),
	n_head: optionalCount(4096),
	num_key_value_heads: optionalCount(4096),
	multi_query: v.nullish(v.boolean()),
	head_dim: optionalCount(65536),
	hidden_size: optionalCount(1 << 20),
	n_embd: optionalCount(1 << 20),
	vocab_size: optionalCount(1 << 24),
	max_position_embeddings: optionalCount(1 << 24),
	n_positions: optionalCount(1 << 24),
	n_ctx: optionalCount(1 << 24),
	inkling: v.nullish(v.object({ contextTokens: optionalCount(1 << 24) })),
	text_config: v.nullish(v.record(v.string(), v.unknown())),
});
type ConfigFile = v.InferOutput<typeof fileSchema>;

/** Reads the text of a `config.json`. `file` is only named in errors.
 * @throws GenerationError badModel, or unsupportedModel for an architecture that the engine cannot run */
export function parseModelConfig(text: string, file: string): ModelConfig {
	const whole = check(readJson(text, file), file);
	refuseByName(whole.model_type, whole.architectures ?? [], file);
	return whole.is_encoder_decoder ? readEncoderDecoder(whole, file) : readDecoder(whole, file);
}

function readEncoderDecoder(config: ConfigFile, file: string): EncoderDecoderConfig {
	return {
		family: config.model_type === 'inkling-recurrent' ? 'recurrent' : 'encoder-decoder',
		...readCommon(config, config, file),
		decoderLayers: config.num_decoder_layers ?? config.decoder_layers ?? config.num_layers ?? undefined,
		fillsGaps: config.model_type === 'bart' && config.architectures?.[0] === 'BartModel',
	};
}

function readDecoder(whole: ConfigFile, file: string): DecoderConfig {
	// Models that also see pictures keep the numbers of their language part one level deeper.
	const config = whole.text_config ? check({ ...whole.text_config, inkling: whole.inkling }, file) : whole;
	const attentionHeads = need(config.num_attention_heads ?? config.n_head, 'num_attention_heads', file);
	const hiddenSize = config.hidden_size ?? config.n_embd;
	return {
		family: whole.model_type === 'inkling-prefix-lm' ? 'prefix-lm' : 'decoder-only',
		...readCommon(config, whole, file),
		layers: need(config.num_hidden_layers ?? config.n_layer, 'num_hidden_layers', file),
		attentionHeads,
		keyValueHeads: config.num_key_value_heads ?? (config.multi_query ? 1 : attentionHeads),
		headSize: config.head_dim ?? Math.floor(need(hiddenSize, 'hidden_size', file) / attentionHeads),
	};
}

function readCommon(config: ConfigFile, whole: ConfigFile, file: string): CommonConfig {
	const positions = config.max_position_embeddings ?? config.n_positions ?? config.n_ctx ?? undefined;
	return {
		modelType: whole.model_type,
		vocabularySize: need(config.vocab_size, 'vocab_size', file),
		contextTokens: config.inkling?.contextTokens ?? positions,
	};
}

function readJson(text: string, file: string): unknown {
	try {
		return JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch (error) {
		const reason = text.trimStart().startsWith('<') ? 'it is a web page' : String(error);
		throw badConfig(file, `is not JSON: ${reason}`, error);
	}
}

function check(value: unknown, file: string): ConfigFile {
	const result = v.safeParse(fileSchema, value);
	if (result.success) return result.output;
	const issue = result.issues[0];
	throw badConfig(file, `has a wrong ${v.getDotPath(issue) ?? 'top level'}: ${issue.message}`);
}

function need(value: number | null | undefined, key: string, file: string): number {
	if (value === undefined || value === null) throw badConfig(file, `does not say ${key}`);
	return value;
}

const badConfig = (file: string, problem: string, cause?: unknown): GenerationError =>
	new GenerationError('badModel', `${file} ${problem}. Download the model again.`, { cause });
