import { byteLevelTokenizer } from './byteLevelTokenizer';
import { parseJsonObject, badModel } from './checks';
import { findControlTokens } from './controlTokens';
import { readDefinition } from './definition';
import { libraryTokenizer } from './libraryTokenizer';
import { fileNames, type ModelFiles } from './modelFiles';
import { type Tokenizer } from './tokenizer';
import { GenerationError } from '../../generation';

/**
 * The one place that chooses how a model's text is tokenized: byte-level vocabularies of the GPT family are read and merged here,
 * the tokenizer library does the rest.
 * @throws GenerationError modelMissing without tokenizer files, badModel when they cannot be used; both name the file
 */
export function loadTokenizer(files: ModelFiles): Tokenizer {
	try {
		const definition = readDefinition(files);
		const config =
			files.tokenizerConfig === undefined ? {} : parseJsonObject(files.tokenizerConfig, fileNames.tokenizerConfig);
		const control = findControlTokens(definition, config);
		return byteLevelTokenizer(definition, control) ?? libraryTokenizer(definition, control, config);
	} catch (error) {
		if (error instanceof GenerationError) throw error;
		// A file that is wrong in a way nobody thought of, such as one nested a hundred thousand levels deep.
		throw badModel(
			files.tokenizer === undefined ? fileNames.vocabulary : fileNames.tokenizer,
			'cannot be understood',
			error,
		);
	}
}
