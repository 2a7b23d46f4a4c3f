import { gpt2Files } from './modelFiles';

/** GPT-2's files as one tokenizer.json, with the pre-tokenizer that Qwen2.5, Llama 3 and our own models use. */
export function byteLevelJson(pattern: string): string {
	const { vocabulary, merges } = gpt2Files();
	const model = {
		type: 'BPE',
		vocab: JSON.parse(vocabulary!) as unknown,
		merges: merges!.split('\n').slice(1, -1),
	};
	const split = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
	const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
	return JSON.stringify({
		added_tokens: ['<|endoftext|>', ...controlLiterals.filter(name => name !== '<|endoftext|>')].map(
			(content, index) => ({
				id: 50256 + index,
				content,
				special: index % 2 === 0,
				normalized: index % 2 === 1,
			}),
		),
		normalizer: { type: 'NFC' },
		pre_tokenizer: { type: 'Sequence', pretokenizers: [split, bytes] },
		post_processor: null,
		decoder: bytes,
		model,
	});
}

/** The split pattern of Qwen2.5's tokenizer.json. */
export const qwenPattern =
	"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** What a file, a web page or a model's answer may contain to look like a control token. */
export const controlLiterals = [
	...[
		'<|endoftext|>',
		'<|im_start|>',
		'<|im_end|>',
		'<|fim_prefix|>',
		'<|fim_middle|>',
		'<|fim_suffix|>',
		'<|fim_pad|>',
	],
	...[
		'<|repo_name|>',
		'<|file_sep|>',
		'<|system|>',
		'<|user|>',
		'<|assistant|>',
		'<|end|>',
		'<|eot_id|>',
		'<|begin_of_text|>',
	],
	...[
		'<|start_header_id|>',
		'<|end_header_id|>',
		'<|eom_id|>',
		'<|python_tag|>',
		'<s>',
		'</s>',
		'<pad>',
		'<mask>',
		'[INST]',
	],
	...[
		'[/INST]',
		'[SUFFIX]',
		'[PREFIX]',
		'[MIDDLE]',
		'[TOOL_CALLS]',
		'[AVAILABLE_TOOLS]',
		'<<SYS>>',
		'<</SYS>>',
		'<bos>',
		'<eos>',
	],
	...[
		'<start_of_turn>',
		'<end_of_turn>',
		'<fim_prefix>',
		'<fim_suffix>',
		'<fim_middle>',
		'<file_sep>',
		'▁<PRE>',
		'▁<SUF>',
	],
	...[
		'▁<MID>',
		'▁<EOT>',
		'<｜fim▁begin｜>',
		'<｜fim▁hole｜>',
		'<｜fim▁end｜>',
		'<｜end▁of▁sentence｜>',
		'<extra_id_0>',
		'<think>',
	],
];
