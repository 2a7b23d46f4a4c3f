import { type LineCuts } from './lineCuts';

/** Turns text into token ids and back for one model. Implementations differ by vocabulary family; users never see which.
 * Invariant: only `encodeTrusted` turns text into control tokens. */
export interface Tokenizer {
	/** Ids run from 0 to one below this. Logits may be wider (padded); ids beyond are never produced by `encode`. */
	readonly vocabularySize: number;
	/** The token that starts every sequence of this model, where its tokenizer files ask for one. */
	readonly bosId?: number;
	/** Ends of sequence named by the tokenizer files; a model's own list is in `ModelDescription.stopIds`. */
	readonly eosIds: readonly number[];
	/** Where a text may be cut so that its parts, encoded one by one, give the ids of the whole. */
	readonly lineCuts: LineCuts;
	/** Ids of text from the model's own files (chat templates): the names of control tokens in it mean those tokens. */
	encodeTrusted(text: string): number[];
	/** Ids of text. Lone surrogates become U+FFFD first. Runs without a break are cut at `maxRunBytes`, see runs.ts. */
	encode(text: string): number[];
	/** The control token of this name (`<|im_start|>`); ordinary vocabulary is not looked up. */
	token(content: string): number | undefined;
	/** Names of all control tokens, in order of their ids. */
	readonly controlTokens: readonly string[];
	isControl(id: number): boolean;
	/** A decoder for one answer. Control tokens and unknown ids decode to nothing. */
	decoder(options?: StreamDecoderOptions): StreamDecoder;
	/** Decodes a whole answer at once. */
	decode(ids: readonly number[]): string;
	/** The bytes of one token, where tokens are bytes (byte-level BPE). Undefined for control tokens and other families. */
	bytesOf?(id: number): Uint8Array | undefined;
}

export interface StreamDecoderOptions {
	/** Bytes at the start that are already in the document and not delivered (token healing). */
	readonly skipBytes?: number;
}

/** Delivers whole characters: what `push` returned, concatenated with `flush`, is the decoded answer. */
export interface StreamDecoder {
	push(id: number): string;
	/** What is left at the end; U+FFFD only for bytes that never became a character. */
	flush(): string;
}
