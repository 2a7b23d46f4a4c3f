/** Files beside the graphs that the engine reads. The tokenizer may trust that they are files: opening a pipe would wait forever. */
export const optionalTextFiles: readonly string[] = [
	'generation_config.json',
	'tokenizer.json',
	'tokenizer_config.json',
	'chat_template.jinja',
	'vocab.json',
	'merges.txt',
];

/** All text files of a model folder. */
export const modelTextFiles: readonly string[] = ['config.json', ...optionalTextFiles];
