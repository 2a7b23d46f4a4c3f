import { Tiktoken, type TiktokenBPE } from 'js-tiktoken/lite';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { type OpenAiVocabulary } from '../../protocol';
import { countMerged, readByteRanks, type ByteRanks } from './countMerged';

const published: Readonly<Record<OpenAiVocabulary, TiktokenBPE>> = { o200k_base: o200k, cl100k_base: cl100k };

/** Longest piece, in UTF-8 bytes, that is given to js-tiktoken, whose merging takes quadratic time. */
const maxTiktokenBytes = 64;

/** Pieces of code and prose repeat; a full cache is simply emptied. */
const maxCachedPieces = 20_000;

/** Counts tokens as one of OpenAI's vocabularies makes them. Names of control tokens count as the text that they are. */
export class Vocabulary {
	private readonly split: RegExp;
	private readonly tiktoken: Tiktoken;
	private readonly ranks: ByteRanks;
	private readonly counted = new Map<string, number>();

	constructor(name: OpenAiVocabulary) {
		const { pat_str: pattern, special_tokens: special, bpe_ranks: ranks } = published[name];
		this.split = new RegExp(pattern, 'gu');
		// The pieces are made here, so that its own pattern takes everything.
		this.tiktoken = new Tiktoken({ pat_str: '[^]+', special_tokens: special, bpe_ranks: ranks });
		this.ranks = readByteRanks(ranks);
	}

	count(text: string): number {
		let count = 0;
		for (const [piece] of text.matchAll(this.split)) count += this.countPiece(piece);
		return count;
	}

	private countPiece(piece: string): number {
		const known = this.counted.get(piece);
		if (known !== undefined) return known;
		const bytes = Buffer.from(piece);
		const isShort = bytes.length <= maxTiktokenBytes;
		const count = isShort
			? this.tiktoken.encode(piece, [], []).length
			: countMerged(bytes.toString('latin1'), this.ranks);
		if (!isShort) return count;
		if (this.counted.size >= maxCachedPieces) this.counted.clear();
		this.counted.set(piece, count);
		return count;
	}
}
