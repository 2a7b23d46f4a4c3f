import { type GenerateRequest, type Sampling } from '../generation';
import { isSourceCode } from './comments';

/** Somebody asked for text: a model that would rather end says something at least. */
const minTokens = 16;

/**
 * How a model that only goes on writing is kept from copying the text before it and from loops. Code repeats its calls and closing
 * lines; prose that says a phrase again has begun to loop. Factors as in llama.cpp, lengths measured on the built-in model.
 * N-grams of what was said before are what it should not say again.
 */
export function continuingStyle(
	languageId: string,
	temperature: number,
): Pick<GenerateRequest, 'sampling' | 'ngramCache'> {
	const dry = { multiplier: 0.8, base: 1.75, allowedLength: isSourceCode(languageId) ? 6 : 4 };
	const sampling: Sampling = { temperature, topP: 0.95, dry, minTokens };
	return { sampling, ngramCache: false };
}
