import * as v from 'valibot';
import { GenerationError } from '../generation';

/** The numbers of a model's `config.json` that decide how its graph is fed. */
export interface DecoderConfig {
	/** As in the file: 'gpt2', 'llama', 'qwen2' ... */
	readonly modelType: string;
	readonly layers: number;
	readonly attentionHeads: number;
	/** Fewer than `attentionHeads` with grouped-query attention. */
	readonly keyValueHeads: number;
	/** Numbers in one head's key. */
	readonly headSize: number;
	readonly vocabularySize: number;
	/** Longest sequence, in tokens; undefined when the file does not say. */
	readonly contextTokens: number | undefined;
}

const count = (largest: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(largest));
const optionalCount = (largest: number) => v.nullish(count(largest));

/** Both spellings in use: GPT-2's `n_layer` and everyone else's `num_hidden_layers`. */
const fileSchema = v.object({
	model_type: v.optional(v.string(), 'unknown'),
	is_encoder_decoder: v.optional(v.boolean(), false),
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
 * @throws GenerationError badModel, or unsupportedModel for an architecture that has no decoder-only graph */
export function parseDecoderConfig(text: string, file: string): DecoderConfig {
	const whole = check(readJson(text, file), file);
	// Models that also see pictures keep the numbers of their language part one level deeper.
	const config = whole.text_config ? check({ ...whole.text_config, inkling: whole.inkling }, file) : whole;
	if (whole.is_encoder_decoder)
		throw new GenerationError(
			'unsupportedModel',
			`${file}: '${whole.model_type}' is an encoder-decoder model, which this version cannot run. Choose a decoder-only (GPT-like) model.`,
		);
	const attentionHeads = need(config.num_attention_heads ?? config.n_head, 'num_attention_heads', file);
	const hiddenSize = config.hidden_size ?? config.n_embd;
	return {
		modelType: whole.model_type,
		layers: need(config.num_hidden_layers ?? config.n_layer, 'num_hidden_layers', file),
		attentionHeads,
		keyValueHeads: config.num_key_value_heads ?? (config.multi_query ? 1 : attentionHeads),
		headSize: config.head_dim ?? Math.floor(need(hiddenSize, 'hidden_size', file) / attentionHeads),
		vocabularySize: need(config.vocab_size, 'vocab_size', file),
		contextTokens:
			config.inkling?.contextTokens ??
			config.max_position_embeddings ??
			config.n_positions ??
			config.n_ctx ??
			undefined,
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
