import { byteAlphabet } from '../../../../src/engine/tokenizer/byteAlphabet';

/** A byte-level vocabulary of any size: the bytes, then pairs and triples of printable characters, then the end token. */
export interface Vocabulary {
	readonly tokens: readonly string[];
	/** 'a b', first merged first; merge n makes token 256 + n. */
	readonly merges: readonly string[];
}

export const endToken = '<|endoftext|>';

export function makeVocabulary(size: number): Vocabulary {
	const tokens = [...byteAlphabet().characters];
	const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
	const merges: string[] = [];
	const grow = (starts: readonly string[]): void => {
		for (const start of starts)
			for (const end of printable) {
				if (tokens.length === size - 1) return;
				tokens.push(start + end);
				merges.push(`${start} ${end}`);
			}
	};
	grow(printable);
	grow(tokens.slice(256));
	return { tokens: [...tokens, endToken], merges };
}
