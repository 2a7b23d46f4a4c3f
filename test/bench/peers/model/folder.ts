import { constants, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFile } from './dataFile';
import { DecoderWriter } from './decoder';
import { writeGguf } from './gguf';
import { headSize, type Shape } from './shapes';
import { endToken, makeVocabulary, type Vocabulary } from './vocabulary';
import { type Bits } from './weights';

/** One network in the form that each contestant reads. */
export interface ModelFiles {
	/** Folder in the Hugging Face layout with the graph our engine likes. */
	readonly ours: string;
	/** The same with the graph as it is published: the same weights, file for file. */
	readonly published: string;
	readonly gguf: string;
}

const version = 4;

/** Makes the files of a shape with random weights, unless they are there. */
export function ensureModel(root: string, shape: Shape, bits: Bits): ModelFiles {
	const folder = join(root, `${shape.name}-${bits}bit-v${version}`);
	const files = { ours: join(folder, 'ours'), published: join(folder, 'published'), gguf: join(folder, 'model.gguf') };
	if (existsSync(join(folder, 'ready'))) return files;
	rmSync(folder, { recursive: true, force: true });
	for (const one of [files.ours, files.published]) mkdirSync(join(one, 'onnx'), { recursive: true });
	const vocabulary = makeVocabulary(shape.vocabulary);
	const dataFile = join(files.ours, 'onnx', 'model_q4.onnx_data');
	const data = new DataFile(dataFile);
	const writer = new DecoderWriter(shape, bits, data);
	writeFileSync(join(files.ours, 'onnx', 'model_q4.onnx'), writer.graph('engine'));
	writeFileSync(join(files.published, 'onnx', 'model_q4.onnx'), writer.graph('published'));
	data.close();
	// The engine takes no hard links: another folder could change them.
	copyFileSync(dataFile, join(files.published, 'onnx', 'model_q4.onnx_data'), constants.COPYFILE_FICLONE);
	for (const one of [files.ours, files.published]) writeTextFiles(one, shape, vocabulary);
	writeGguf(`${files.gguf}.part`, shape, bits, vocabulary);
	renameSync(`${files.gguf}.part`, files.gguf);
	writeFileSync(join(folder, 'ready'), '');
	return files;
}

/** Configuration and tokenizer of a shape, as they are published. */
export function writeTextFiles(folder: string, shape: Shape, { tokens, merges }: Vocabulary): void {
	const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
	const end = tokens.length - 1;
	write('config.json', {
		architectures: ['Qwen2ForCausalLM'],
		model_type: 'qwen2',
		vocab_size: shape.vocabulary,
		hidden_size: shape.width,
		intermediate_size: shape.feedForward,
		num_hidden_layers: shape.layers,
		num_attention_heads: shape.heads,
		num_key_value_heads: shape.keyValueHeads,
		head_dim: headSize(shape),
		max_position_embeddings: shape.context,
		rope_theta: shape.ropeTheta,
		rms_norm_eps: 1e-6,
		hidden_act: 'silu',
		tie_word_embeddings: true,
		bos_token_id: end,
		eos_token_id: end,
		'transformers.js_config': { use_external_data_format: true },
	});
	write('generation_config.json', { eos_token_id: end, do_sample: false });
	write('tokenizer_config.json', { tokenizer_class: 'PreTrainedTokenizerFast', eos_token: endToken });
	write('tokenizer.json', {
		version: '1.0',
		added_tokens: [
			{
				id: end,
				content: endToken,
				single_word: false,
				lstrip: false,
				rstrip: false,
				normalized: false,
				special: true,
			},
		],
		normalizer: null,
		pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
		post_processor: null,
		decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
		model: { type: 'BPE', vocab: Object.fromEntries(tokens.slice(0, end).map((token, id) => [token, id])), merges },
	});
}
