import { isIdeographic } from './characters';

/** UTF-16 units a token stands for, by script; measured on code and on Chinese text with vocabularies of 16k to 150k. */
const asciiPerToken = 3.6;
const ideographicPerToken = 1.3;
const otherPerToken = 2;

/** A guess at the number of tokens that needs no tokenizer; never asked to be exact, the engine cuts what does not fit. */
export function estimateTokens(text: string): number {
	let ascii = 0;
	let ideographic = 0;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (code < 0x80) ascii++;
		else if (isIdeographic(code)) ideographic++;
	}
	const other = text.length - ascii - ideographic;
	return ascii / asciiPerToken + ideographic / ideographicPerToken + other / otherPerToken;
}

/** UTF-16 length of the start of a text that takes so many tokens, in whole characters; the same for every text with that start. */
export function lengthOfTokens(text: string, tokens: number): number {
	let sum = 0;
	let index = 0;
	for (; index < text.length && sum < tokens; index++) {
		const code = text.charCodeAt(index);
		sum += 1 / (code < 0x80 ? asciiPerToken : isIdeographic(code) ? ideographicPerToken : otherPerToken);
	}
	return /[\uDC00-\uDFFF]/.test(text[index] ?? '') ? index + 1 : index;
}
