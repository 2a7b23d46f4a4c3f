import { GenerationError } from '../../generation';
import { badModel, isObject, isTokenId, parseJsonObject, type JsonObject } from './checks';
import { fileNames, maxFileBytes, type ModelFiles } from './modelFiles';
import { refuseSlowPatterns } from './patterns';

export interface AddedToken {
	readonly id: number;
	readonly content: string;
}

/** tokenizer.json with the parts that are read here checked; the rest is left for the library to judge. */
export interface TokenizerDefinition {
	/** The file to name in errors. */
	readonly file: string;
	readonly json: JsonObject;
	readonly model: JsonObject;
	readonly modelType: 'BPE' | 'Unigram' | 'WordPiece' | 'other';
	/** Ordinary vocabulary: token to id. */
	readonly vocabulary: ReadonlyMap<string, number>;
	/** Pairs to merge, first first; empty for other models than BPE. */
	readonly merges: readonly (readonly [string, string])[];
	readonly addedTokens: readonly AddedToken[];
}

/** Reads tokenizer.json, or GPT-2's older pair of files. @throws GenerationError modelMissing, badModel */
export function readDefinition(files: ModelFiles): TokenizerDefinition {
	if (files.tokenizer !== undefined) return fromTokenizerJson(files.tokenizer);
	if (files.vocabulary !== undefined && files.merges !== undefined)
		return fromVocabularyAndMerges(files.vocabulary, files.merges);
	throw new GenerationError(
		'modelMissing',
		`${files.folder} has neither ${fileNames.tokenizer} nor ${fileNames.vocabulary} with ${fileNames.merges}. Download the model again or choose another one.`,
	);
}

function fromTokenizerJson(text: string): TokenizerDefinition {
	const file = fileNames.tokenizer;
	if (text.length > maxFileBytes) throw badModel(file, `has ${text.length} characters, more than a tokenizer may have`);
	const json = parseJsonObject(text, file);
	const model = json.model;
	if (!isObject(model)) throw badModel(file, '"model" must be an object');
	refuseSlowPatterns([json.normalizer, json.pre_tokenizer, json.decoder], file);
	return {
		file,
		json,
		model,
		modelType: modelType(model),
		vocabulary: readVocabulary(model.vocab, file),
		merges: readMerges(model.merges, file),
		addedTokens: readAddedTokens(json.added_tokens, file),
	};
}

function modelType(model: JsonObject): TokenizerDefinition['modelType'] {
	const type = model.type;
	if (type === 'BPE' || type === 'Unigram' || type === 'WordPiece') return type;
	// Files from before 2021 leave the type out.
	if (type === undefined && 'merges' in model) return 'BPE';
	return 'other';
}

/** An object of ids (BPE, WordPiece) or a list of pieces with their scores (Unigram). */
function readVocabulary(value: unknown, file: string): Map<string, number> {
	const vocabulary = new Map<string, number>();
	if (Array.isArray(value)) {
		value.forEach((entry: unknown, id) => {
			if (!Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[1] !== 'number')
				throw badModel(file, `"vocab" entry ${id} is not a piece with its score`);
			vocabulary.set(entry[0], id);
		});
	} else if (isObject(value)) {
		// A vocabulary has 150,000 of them: no list of pairs in between.
		for (const token in value) {
			const id = value[token];
			if (!isTokenId(id)) throw badModel(file, `token ${JSON.stringify(token.slice(0, 40))} has no valid id`);
			vocabulary.set(token, id);
		}
	}
	if (vocabulary.size === 0) throw badModel(file, '"vocab" is missing or empty');
	return vocabulary;
}

/** Either `"a b"` or `["a", "b"]`. */
function readMerges(value: unknown, file: string): readonly (readonly [string, string])[] {
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value)) throw badModel(file, '"merges" must be a list');
	return value.map((entry: unknown, index) => {
		const pair: unknown = typeof entry === 'string' ? splitPair(entry) : entry;
		if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string' || typeof pair[1] !== 'string')
			throw badModel(file, `merge ${index} is not a pair of tokens`);
		return [pair[0], pair[1]] as const;
	});
}

/** Two tokens without spaces in them, or no pair. */
function splitPair(line: string): readonly string[] {
	const space = line.indexOf(' ');
	return space < 0 || line.includes(' ', space + 1) ? [line] : [line.slice(0, space), line.slice(space + 1)];
}

function readAddedTokens(value: unknown, file: string): readonly AddedToken[] {
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value)) throw badModel(file, '"added_tokens" must be a list');
	return value.map((entry: unknown, index) => {
		if (!isObject(entry)) throw badModel(file, `added token ${index} is not an object`);
		const { id, content } = entry;
		if (!isTokenId(id) || typeof content !== 'string' || content === '')
			throw badModel(file, `added token ${index} has no valid id and content`);
		return { id, content };
	});
}

/** vocab.json and merges.txt always mean GPT-2's pre-tokenizer. Tokens that no merge makes (`<|endoftext|>`) are control tokens. */
function fromVocabularyAndMerges(vocabularyText: string, mergesText: string): TokenizerDefinition {
	const vocab = parseJsonObject(vocabularyText, fileNames.vocabulary);
	const vocabulary = readVocabulary(vocab, fileNames.vocabulary);
	const lines = mergesText.split(/\r?\n/).filter(line => line !== '' && !line.startsWith('#version'));
	const merges = readMerges(lines, fileNames.merges);
	const made = new Set(merges.map(([left, right]) => left + right));
	const addedTokens = [...vocabulary]
		.filter(([token]) => token.length > 1 && !made.has(token))
		.map(([content, id]) => ({ id, content }));
	const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
	const model = { type: 'BPE', vocab, merges };
	const json = {
		added_tokens: addedTokens,
		normalizer: null,
		pre_tokenizer: byteLevel,
		post_processor: null,
		decoder: byteLevel,
		model,
	};
	return { file: fileNames.vocabulary, json, model, modelType: 'BPE', vocabulary, merges, addedTokens };
}
