import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Disposable } from '../../src/base';
import { copyModel } from './modelFolders';

const letters = byteLetters();

/** A byte-level vocabulary of any size: all bytes, all pairs of them, then triples, each made by one merge. */
function largeTokenizer(size: number, special: readonly string[]): object {
	const vocab = new Map(letters.map((letter, id) => [letter, id]));
	const merges: string[] = [];
	const add = (left: string, right: string): void => {
		vocab.set(left + right, vocab.size);
		merges.push(`${left} ${right}`);
	};
	const pairs = letters.flatMap(left => letters.map(right => [left, right] as const));
	const limit = size - special.length;
	for (const [left, right] of pairs) if (vocab.size < limit) add(left, right);
	for (const [left, right] of pairs) if (vocab.size < limit) add(left + right, letters[0]!);
	const added_tokens = special.map((content, index) => ({ id: limit + index, content, special: true }));
	const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
	const model = { type: 'BPE', vocab: Object.fromEntries(vocab), merges };
	return { added_tokens, normalizer: null, pre_tokenizer: byteLevel, decoder: byteLevel, post_processor: null, model };
}

/** GPT-2's letters for the 256 bytes. */
function byteLetters(): string[] {
	const plain = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
	let next = 256;
	return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(plain(byte) ? byte : next++));
}

/** A copy of the test model with Llama 3's vocabulary size and the tokenizer that would be megabytes in git. */
export function largeVocabularyModel(): { readonly folder: string } & Disposable {
	const copy = copyModel('tiny-llama-128k');
	writeFileSync(join(copy.folder, 'tokenizer.json'), JSON.stringify(largeTokenizer(128_256, ['<|end_of_text|>'])));
	return copy;
}
