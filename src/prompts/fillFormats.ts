/** A piece of a prompt: a control token by name, or text with `{placeholders}` that is tokenized with control tokens off. */
export type PromptPart = { readonly token: string } | { readonly text: string };

/** How a public family of models was trained to fill in the middle. */
export interface FillFormat {
	readonly name: string;
	/** Where the format is written down. */
	readonly source: string;
	/** Placeholders: `{prefix}`, `{suffix}`. The format is recognised when the vocabulary has all of its control tokens. */
	readonly prompt: readonly PromptPart[];
	/** Control tokens that the vocabulary must have as well, where another family names those of the prompt alike. */
	readonly recognisedBy?: readonly string[];
	/** How its models are called, for servers that tell nothing but a name. */
	readonly models: RegExp;
	/** Control tokens, where the vocabulary has them, that end a fill beside the model's own stop tokens. */
	readonly stop: readonly string[];
}

function prefixSuffixMiddle(prefix: string, suffix: string, middle: string): readonly PromptPart[] {
	return [{ token: prefix }, { text: '{prefix}' }, { token: suffix }, { text: '{suffix}' }, { token: middle }];
}

/** Known formats, most telling first. Models of our own say theirs in config.json instead. Where another order than the documented
 * one was measured to be better it stands here; docs/quality.md says which were measured. */
export const fillFormats: readonly FillFormat[] = [
	{
		name: 'Qwen2.5-Coder',
		models: /qwen[\d.]*-?coder|code-?qwen/i,
		source: 'tokens: QwenLM/Qwen2.5-Coder README, "Fill in the middle"; order: measured, docs/quality.md',
		prompt: [
			{ token: '<|fim_prefix|>' },
			{ token: '<|fim_suffix|>' },
			{ text: '{suffix}' },
			{ token: '<|fim_middle|>' },
			{ text: '{prefix}' },
		],
		recognisedBy: ['<|fim_pad|>', '<|repo_name|>'],
		stop: [
			'<|endoftext|>',
			'<|fim_pad|>',
			'<|repo_name|>',
			'<|file_sep|>',
			'<|im_start|>',
			'<|im_end|>',
			'<|fim_prefix|>',
			'<|fim_suffix|>',
			'<|fim_middle|>',
		],
	},
	{
		// And whoever else names the three tokens so.
		name: 'CodeGemma',
		models: /codegemma/i,
		source: 'CodeGemma model card, ai.google.dev',
		prompt: prefixSuffixMiddle('<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'),
		stop: ['<|file_separator|>', '<|endoftext|>', '<|fim_pad|>', '<|file_sep|>', '<|fim_prefix|>', '<|fim_suffix|>'],
	},
	{
		name: 'StarCoder, StarCoder2, Granite Code, Stable Code',
		models: /star-?coder|granite.*code|stable-?code/i,
		source: 'bigcode-project/starcoder README, "Fill-in-the-middle"; Lozhkov et al. 2024, StarCoder 2',
		prompt: prefixSuffixMiddle('<fim_prefix>', '<fim_suffix>', '<fim_middle>'),
		stop: ['<|endoftext|>', '<file_sep>', '<repo_name>', '<fim_pad>', '<fim_prefix>'],
	},
	{
		name: 'SantaCoder',
		models: /santacoder/i,
		source: 'bigcode/santacoder model card, "Fill-in-the-middle"',
		prompt: prefixSuffixMiddle('<fim-prefix>', '<fim-suffix>', '<fim-middle>'),
		stop: ['<|endoftext|>', '<fim-pad>'],
	},
	{
		name: 'DeepSeek-Coder',
		models: /deepseek-coder/i,
		source: 'deepseek-ai/DeepSeek-Coder README, "Code Insertion"',
		prompt: prefixSuffixMiddle('<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'),
		stop: ['<｜end▁of▁sentence｜>', '<|EOT|>', '<｜fim▁begin｜>'],
	},
	{
		name: 'CodeLlama',
		models: /code-?llama/i,
		source: 'Rozière et al. 2023, Code Llama, section 2.3; meta-llama/codellama, example_infilling.py',
		prompt: prefixSuffixMiddle('▁<PRE>', '▁<SUF>', '▁<MID>'),
		stop: ['▁<EOT>'],
	},
	{
		name: 'Codestral',
		models: /codestral/i,
		source:
			'mistralai/mistral-common, tokens/tokenizers/base.py and instruct.py, encode_fim: suffix first, the middle follows the prefix',
		prompt: [{ token: '[SUFFIX]' }, { text: '{suffix}' }, { token: '[PREFIX]' }, { text: '{prefix}' }],
		stop: ['[SUFFIX]', '[PREFIX]'],
	},
	{
		name: 'Seed-Coder',
		models: /seed-coder/i,
		source: 'ByteDance-Seed/Seed-Coder README, "Fill-in-the-Middle": suffix first',
		prompt: [
			{ token: '<[fim-suffix]>' },
			{ text: '{suffix}' },
			{ token: '<[fim-prefix]>' },
			{ text: '{prefix}' },
			{ token: '<[fim-middle]>' },
		],
		stop: ['<[fim-suffix]>', '<[end▁of▁sentence]>'],
	},
];

/** The format whose control tokens a vocabulary has. */
export function recogniseFillFormat(hasToken: (name: string) => boolean): FillFormat | undefined {
	return fillFormats.find(
		({ prompt, recognisedBy = [] }) =>
			prompt.every(part => !('token' in part) || hasToken(part.token)) && recognisedBy.every(hasToken),
	);
}

/** Whether the suffix stands before the prefix, so that typing only appends to a prompt. */
export function isSuffixFirst(prompt: readonly PromptPart[]): boolean {
	const placeOf = (name: string): number => prompt.findIndex(part => 'text' in part && part.text.includes(name));
	return placeOf('{suffix}') <= placeOf('{prefix}');
}

/** The format that a model of this name was trained with, such as 'Qwen/Qwen2.5-Coder-7B' or 'codellama:13b-code'. */
export function fillFormatOfModel(name: string): FillFormat | undefined {
	return fillFormats.find(format => format.models.test(name));
}
