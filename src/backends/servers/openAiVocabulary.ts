import { type OpenAiVocabulary } from '../../protocol';
import { type ServerKind } from './serverKind';

/** Beginnings of names of OpenAI's models. Source: openai/tiktoken, tiktoken/model.py. */
const o200k = /^(ft:)?(chatgpt-4o|gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|o[134]($|-))/;
const cl100k = /^(ft:)?(gpt-4($|-)|gpt-3\.5|gpt-35|davinci-002|babbage-002)/;

/** The vocabulary of a model, where its name says for certain. Everybody may call a model 'gpt-4'; OpenAI means its own. Its open
 * models keep their name wherever they run. */
export function vocabularyOf(kind: ServerKind, model: string): OpenAiVocabulary | undefined {
	// o200k_harmony, which has the ordinary tokens of o200k_base.
	if (/(^|\/)gpt-oss[-:]/i.test(model)) return 'o200k_base';
	if (kind !== 'openAi') return undefined;
	if (o200k.test(model)) return 'o200k_base';
	return cl100k.test(model) ? 'cl100k_base' : undefined;
}
