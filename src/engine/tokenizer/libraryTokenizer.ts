import { Tokenizer as Library } from '@huggingface/tokenizers';
import { byteAlphabet } from './byteAlphabet';
import { badModel, type JsonObject } from './checks';
import { type ControlTokens } from './controlTokens';
import { type TokenizerDefinition } from './definition';
import { findLineCuts, type LineCuts } from './lineCuts';
import { ByteStreamDecoder, WindowStreamDecoder } from './streamDecoders';
import { type StreamDecoder, type StreamDecoderOptions, type Tokenizer } from './tokenizer';
import { encodeTrusted } from './trustedText';
import { wellFormed } from './wellFormed';

/**
 * The library takes quadratic time where it fuses unknown characters, so a run without white space is cut after this many
 * characters. Shorter runs are exact; past a cut a SentencePiece vocabulary may see the start of a word.
 */
const maxUnbroken = 2048;

/** A tokenizer of any other family on @huggingface/tokenizers. @throws GenerationError badModel */
export function libraryTokenizer(
	definition: TokenizerDefinition,
	control: ControlTokens,
	config: JsonObject,
): Tokenizer {
	try {
		return new LibraryTokenizer(definition, control, config);
	} catch (error) {
		throw badModel(definition.file, error instanceof Error ? error.message : String(error), error);
	}
}

class LibraryTokenizer implements Tokenizer {
	readonly vocabularySize: number;
	readonly lineCuts: LineCuts;
	readonly bosId?: number;
	readonly eosIds: readonly number[];
	readonly controlTokens: readonly string[];
	/** Only for byte-level vocabularies. */
	readonly bytesOf?: (id: number) => Uint8Array | undefined;
	/** Tokens by id as the file writes them, for decoding; undefined for control tokens. */
	private readonly tokens: (string | undefined)[];
	private readonly library: Library;
	private readonly neutralIds: readonly number[];

	constructor(
		definition: TokenizerDefinition,
		private readonly control: ControlTokens,
		config: JsonObject,
	) {
		this.library = new Library(withoutControlTokens(definition, control), {
			remove_space: config.remove_space,
			do_lowercase_and_remove_accent: config.do_lowercase_and_remove_accent,
		});
		const all = [...definition.vocabulary, ...definition.addedTokens.map(({ content, id }) => [content, id] as const)];
		this.vocabularySize = 1 + all.reduce((most, [, id]) => Math.max(most, id), -1);
		this.tokens = new Array<string | undefined>(this.vocabularySize).fill(undefined);
		for (const [token, id] of all) if (!control.ids.has(id)) this.tokens[id] = token;
		if (control.bosId !== undefined) this.bosId = control.bosId;
		this.eosIds = control.eosIds;
		this.controlTokens = [...control.idOf].sort((first, second) => first[1] - second[1]).map(([name]) => name);
		if (isByteLevel(definition.json)) this.bytesOf = bytesById(this.tokens);
		this.lineCuts = this.bytesOf ? findLineCuts(text => this.encode(text)) : 'none';
		this.neutralIds = this.findNeutralIds();
	}

	encode(text: string): number[] {
		return cutUnbroken(wellFormed(text)).flatMap(part => this.encodePart(part));
	}

	encodeTrusted(text: string): number[] {
		return encodeTrusted(text, this.control.idOf, part => this.encode(part));
	}

	token(content: string): number | undefined {
		return this.control.idOf.get(content);
	}

	isControl(id: number): boolean {
		return this.control.ids.has(id);
	}

	decoder(options: StreamDecoderOptions = {}): StreamDecoder {
		if (this.bytesOf) return new ByteStreamDecoder(this.bytesOf, options.skipBytes ?? 0);
		return new WindowStreamDecoder(ids => this.decodeTokens(ids), this.neutralIds);
	}

	decode(ids: readonly number[]): string {
		if (!this.bytesOf) return this.decodeTokens(ids);
		const decoder = this.decoder();
		return ids.map(id => decoder.push(id)).join('') + decoder.flush();
	}

	private encodePart(text: string): number[] {
		if (text === '') return [];
		// Where a vocabulary has no token for unknown text, the library leaves holes.
		const ids = this.library.encode(text, { add_special_tokens: false }).ids as (number | undefined)[];
		return ids.filter(id => id !== undefined);
	}

	private decodeTokens(ids: readonly number[]): string {
		const tokens = ids.map(id => this.tokens[id]).filter(token => token !== undefined);
		if (tokens.length === 0) return '';
		return this.library.decoder ? this.library.decoder.decode(tokens) : tokens.join('');
	}

	/** One id of visible text, after which a decoder treats the next token as a continuation and keeps its leading space. */
	private findNeutralIds(): readonly number[] {
		const id = this.tokens.findIndex(token => token !== undefined && /^[a-z]$/.test(token));
		return id < 0 ? [] : [id];
	}
}

/**
 * The file as the library may see it: without the added tokens, which it would find in any text, and with the control tokens
 * renamed in the vocabulary to strings with a lone surrogate, which well-formed text cannot contain. Ids stay as they are.
 */
function withoutControlTokens(definition: TokenizerDefinition, control: ControlTokens): JsonObject {
	const rename = (token: unknown): unknown => {
		const id = typeof token === 'string' ? (definition.vocabulary.get(token) ?? control.idOf.get(token)) : undefined;
		return id !== undefined && isReserved(token as string, id, definition, control) ? `\udfff${id}` : token;
	};
	const { json, model } = definition;
	const vocab: unknown = Array.isArray(model.vocab)
		? (model.vocab as readonly (readonly [string, number])[]).map(([piece, score]) => [rename(piece), score])
		: Object.fromEntries([...definition.vocabulary].map(([token, id]) => [rename(token), id]));
	const added: unknown = json.added_tokens;
	const blanks = Array.isArray(added)
		? (added as readonly { readonly id: number }[]).filter(({ id }) => !control.ids.has(id))
		: [];
	return {
		normalizer: json.normalizer ?? null,
		pre_tokenizer: json.pre_tokenizer ?? null,
		post_processor: null,
		decoder: json.decoder ?? null,
		added_tokens: blanks,
		model: {
			...model,
			type: definition.modelType === 'BPE' ? 'BPE' : model.type,
			vocab,
			unk_token: rename(model.unk_token),
		},
	};
}

/** Control tokens, and the byte tokens of a Unigram vocabulary, which its trie would find in the text `<0x0A>`. */
function isReserved(token: string, id: number, definition: TokenizerDefinition, control: ControlTokens): boolean {
	return control.ids.has(id) || (definition.modelType === 'Unigram' && /^<0x[0-9A-F]{2}>$/.test(token));
}

function isByteLevel(json: JsonObject): boolean {
	const decoder = json.decoder;
	return typeof decoder === 'object' && decoder !== null && 'type' in decoder && decoder.type === 'ByteLevel';
}

function bytesById(tokens: readonly (string | undefined)[]): (id: number) => Uint8Array | undefined {
	const { bytesOf } = byteAlphabet();
	// Runs of blanks that were added for code stand as they are, outside the byte alphabet.
	const bytes = tokens.map(token => (token === undefined ? undefined : (bytesOf(token) ?? Buffer.from(token))));
	return id => bytes[id];
}

function cutUnbroken(text: string): readonly string[] {
	const parts: string[] = [];
	let start = 0;
	for (const match of text.matchAll(new RegExp(`\\S{${maxUnbroken}}(?=\\S)`, 'gu'))) {
		const end = match.index + match[0].length;
		parts.push(text.slice(start, end));
		start = end;
	}
	return [...parts, text.slice(start)];
}
