import { isCount, isOneOf, isRecord, isString } from './plainData';

/** Vocabularies of OpenAI's models, by the names that its own tokenizer library gives them. */
export const openAiVocabularies = ['o200k_base', 'cl100k_base'] as const;
export type OpenAiVocabulary = (typeof openAiVocabularies)[number];

/** Longest text that is counted at once, in UTF-16 units: more than any of these models reads. */
export const maxCountedCharacters = 4_000_000;

/** Asks the process that owns these vocabularies. Every call gets exactly one answer. */
export interface ToTokenCounter {
	readonly call: number;
	readonly vocabulary: OpenAiVocabulary;
	/** At most `maxCountedCharacters`. */
	readonly text: string;
}

export interface FromTokenCounter {
	readonly call: number;
	/** Undefined when the message was refused. */
	readonly count: number | undefined;
}

/** A message that may be used; undefined for anything else. */
export function parseToTokenCounter(value: unknown): ToTokenCounter | undefined {
	if (!isRecord(value)) return undefined;
	const { call, vocabulary, text } = value;
	if (!isCount(call) || !isOneOf(vocabulary, openAiVocabularies)) return undefined;
	return isString(text) && text.length <= maxCountedCharacters ? { call, vocabulary, text } : undefined;
}

/** An answer that may be believed; undefined for anything else. */
export function parseFromTokenCounter(value: unknown): FromTokenCounter | undefined {
	if (!isRecord(value) || !isCount(value.call)) return undefined;
	const { call, count } = value;
	return count === undefined || isCount(count) ? { call, count } : undefined;
}
