/** Replaces lone surrogates, which no byte sequence stands for, by U+FFFD, so that every tokenizer sees the same text. */
export function wellFormed(text: string): string {
	return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
