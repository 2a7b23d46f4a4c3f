import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type ModelFiles } from '../../src/engine/tokenizer';

export const fixtures = join(__dirname, '..', 'fixtures');

const none: ModelFiles = {
	folder: 'a model folder',
	config: undefined,
	generationConfig: undefined,
	tokenizer: undefined,
	tokenizerConfig: undefined,
	chatTemplate: undefined,
	vocabulary: undefined,
	merges: undefined,
};

/** The text files of a model folder that exists only in a test. */
export function modelFiles(files: Partial<ModelFiles>): ModelFiles {
	return { ...none, ...files };
}

function read(path: string): string {
	const bytes = readFileSync(join(fixtures, path));
	return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export function gpt2Files(): ModelFiles {
	return modelFiles({
		vocabulary: read('tokenizers/gpt2/vocab.json.gz'),
		merges: read('tokenizers/gpt2/merges.txt.gz'),
	});
}

export function t5Files(): ModelFiles {
	return modelFiles({
		tokenizer: read('tokenizers/t5-small/tokenizer.json.gz'),
		tokenizerConfig: read('tokenizers/t5-small/tokenizer_config.json'),
	});
}

/** The text files of one of our tiny trained models. */
export function tinyModelFiles(name = 'tiny-gqa'): ModelFiles {
	return modelFiles({
		config: read(`models/${name}/config.json`),
		generationConfig: read(`models/${name}/generation_config.json`),
		tokenizer: read(`models/${name}/tokenizer.json`),
		tokenizerConfig: read(`models/${name}/tokenizer_config.json`),
	});
}

export interface TokenizerVector {
	readonly text: string;
	readonly ids: readonly number[];
	readonly decoded: string;
}

/** Texts with their exact ids, by case name. */
export function tokenizerVectors(
	model: 'openai-community/gpt2' | 'google-t5/t5-small',
): readonly (readonly [string, TokenizerVector])[] {
	const all = JSON.parse(read('tokenizers/vectors.json')) as Record<string, Record<string, TokenizerVector>>;
	return Object.entries(all[model]!);
}
