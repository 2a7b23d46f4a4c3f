import { GenerationError } from '../../generation';

/** A JSON object whose values are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The error for a model folder's file that cannot be used. The next step is the same for all of them. */
export function badModel(file: string, reason: string, cause?: unknown): GenerationError {
	return new GenerationError('badModel', `${file}: ${reason}. Download the model again or choose another one.`, {
		cause,
	});
}

/** Parses a JSON file whose top level must be an object. @throws GenerationError badModel */
export function parseJsonObject(text: string, file: string): JsonObject {
	let value: unknown;
	try {
		value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
	} catch (error) {
		throw badModel(file, 'is not JSON (damaged or cut off)', error);
	}
	if (!isObject(value)) throw badModel(file, 'must hold a JSON object');
	return value;
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The largest token id that is believed; public vocabularies end near 300,000. */
const maxId = 2 ** 21 - 1;

export function isTokenId(value: unknown): value is number {
	return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxId;
}

/** The name of a token as tokenizer_config.json writes it: a string, or an object with its content. */
export function tokenName(value: unknown): string | undefined {
	const content = isObject(value) ? value.content : value;
	return typeof content === 'string' && content !== '' ? content : undefined;
}
