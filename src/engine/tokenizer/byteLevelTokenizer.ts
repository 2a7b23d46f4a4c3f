import { Tiktoken } from 'js-tiktoken/lite';
import { byteAlphabet } from './byteAlphabet';
import { type ControlTokens } from './controlTokens';
import { type TokenizerDefinition } from './definition';
import { mergeParts, mergeTable, rankTokens, type MergeTable, type RankedToken } from './mergeRanks';
import { byteLevelPreTokenizer, type PreTokenizer } from './preTokenizer';
import { findLineCuts, type LineCuts } from './lineCuts';
import { boundedRuns, maxTiktokenBytes } from './runs';
import { ByteStreamDecoder } from './streamDecoders';
import { type StreamDecoder, type StreamDecoderOptions, type Tokenizer } from './tokenizer';
import { encodeTrusted } from './trustedText';
import { wellFormed } from './wellFormed';

/** Pieces of code and prose repeat; a full cache is simply emptied. */
const maxCachedPieces = 20_000;

/**
 * The tokenizer of a GPT-like vocabulary (byte-level BPE) on js-tiktoken, or undefined when the file asks for something that
 * js-tiktoken cannot do exactly: then the tokenizer library is used.
 */
export function byteLevelTokenizer(definition: TokenizerDefinition, control: ControlTokens): Tokenizer | undefined {
	const { json, model } = definition;
	const preTokenize = byteLevelPreTokenizer(json.pre_tokenizer);
	const normalizer = normalizerOf(json.normalizer);
	const plain = ['continuing_subword_prefix', 'end_of_word_suffix', 'unk_token', 'byte_fallback', 'dropout'].every(
		key => !model[key],
	);
	const blanksAdded = definition.addedTokens.some(({ content }) => content.trim() === '');
	if (definition.modelType !== 'BPE' || !preTokenize || !normalizer || !plain || blanksAdded) return undefined;
	const { characters } = byteAlphabet();
	const isOrdinary = (character: string): boolean => {
		const id = definition.vocabulary.get(character);
		return id !== undefined && !control.ids.has(id);
	};
	if (!characters.every(isOrdinary)) return undefined;
	return new ByteLevelTokenizer(definition, control, text => preTokenize(normalizer(text)));
}

function normalizerOf(config: unknown): ((text: string) => string) | undefined {
	if (config === null || config === undefined) return text => text;
	const { type, normalizers } = config as { readonly type?: unknown; readonly normalizers?: unknown };
	if (type === 'Sequence' && Array.isArray(normalizers) && normalizers.length === 0) return text => text;
	return type === 'NFC' ? text => text.normalize('NFC') : undefined;
}

class ByteLevelTokenizer implements Tokenizer {
	readonly vocabularySize: number;
	readonly lineCuts: LineCuts;
	readonly bosId?: number;
	readonly eosIds: readonly number[];
	readonly controlTokens: readonly string[];
	private readonly bytes: (Uint8Array | undefined)[];
	private readonly tiktoken: Tiktoken;
	/** js-tiktoken's token is the rank; this is its id. */
	private readonly idOfRank: Int32Array;
	private readonly idOfByte: Int32Array;
	private readonly merges: MergeTable;
	/** Tokens found as whole pieces although merging does not reach them (`ignore_merges`). */
	private readonly wholePieces: ReadonlyMap<string, number>;
	private readonly cache = new Map<string, readonly number[]>();

	constructor(
		definition: TokenizerDefinition,
		private readonly control: ControlTokens,
		private readonly preTokenize: PreTokenizer,
	) {
		const { bytesOf, characters } = byteAlphabet();
		const ordinary = new Map([...definition.vocabulary].filter(([, id]) => !control.ids.has(id)));
		this.merges = mergeTable(ordinary, definition.merges);
		const ranked = rankTokens(ordinary, this.merges);
		this.vocabularySize =
			1 + [...definition.vocabulary.values(), ...control.ids].reduce((most, id) => Math.max(most, id), -1);
		this.bytes = new Array<Uint8Array | undefined>(this.vocabularySize).fill(undefined);
		for (const [token, id] of ordinary) this.bytes[id] = bytesOf(token);
		this.tiktoken = buildTiktoken(ranked.map(({ id }) => this.bytes[id]!));
		this.idOfByte = Int32Array.from(characters, character => ordinary.get(character)!);
		this.idOfRank = Int32Array.from(ranked, ({ id }) => id);
		this.wholePieces = definition.model.ignore_merges === true ? unreached(ordinary, ranked, this.bytes) : new Map();
		if (control.bosId !== undefined) this.bosId = control.bosId;
		this.eosIds = control.eosIds;
		this.lineCuts = findLineCuts(text => this.encode(text));
		this.controlTokens = [...control.idOf].sort((first, second) => first[1] - second[1]).map(([name]) => name);
	}

	encode(text: string): number[] {
		const ids: number[] = [];
		for (const piece of this.preTokenize(wellFormed(text))) {
			for (const run of boundedRuns(piece)) for (const id of this.encodeRun(run)) ids.push(id);
		}
		return ids;
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

	bytesOf(id: number): Uint8Array | undefined {
		return this.bytes[id];
	}

	decoder(options: StreamDecoderOptions = {}): StreamDecoder {
		return new ByteStreamDecoder(id => this.bytes[id], options.skipBytes ?? 0);
	}

	decode(ids: readonly number[]): string {
		const decoder = this.decoder();
		return ids.map(id => decoder.push(id)).join('') + decoder.flush();
	}

	private encodeRun(run: string): readonly number[] {
		const cached = this.cache.get(run);
		if (cached) return cached;
		const whole = this.wholePieces.get(run);
		const ids = whole === undefined ? this.mergeRun(run) : [whole];
		if (this.cache.size >= maxCachedPieces) this.cache.clear();
		this.cache.set(run, ids);
		return ids;
	}

	/** Two ways to the same ids: see `rankTokens` for why they agree and `maxTiktokenBytes` for why there are two. */
	private mergeRun(run: string): readonly number[] {
		if (Buffer.byteLength(run) <= maxTiktokenBytes)
			return this.tiktoken.encode(run, [], []).map(rank => this.idOfRank[rank]!);
		const parts = Array.from(Buffer.from(run), byte => this.idOfByte[byte]!);
		mergeParts(parts, this.merges);
		return parts;
	}
}

/** js-tiktoken with the ranks as token numbers. It is given one piece at a time, so its own pattern takes everything, and no
 * special tokens: the one name that its code needs can never stand in well-formed text. */
function buildTiktoken(tokens: readonly Uint8Array[]): Tiktoken {
	const encoded = tokens.map(bytes => Buffer.from(bytes).toString('base64'));
	return new Tiktoken({ pat_str: '[^]+', special_tokens: { '\udfff': -1 }, bpe_ranks: `! 0 ${encoded.join(' ')}` });
}

function unreached(
	ordinary: ReadonlyMap<string, number>,
	ranked: readonly RankedToken[],
	bytes: readonly (Uint8Array | undefined)[],
): ReadonlyMap<string, number> {
	const reached = new Set(ranked.map(({ id }) => id));
	const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
	const whole = new Map<string, number>();
	for (const id of ordinary.values()) {
		const token = bytes[id];
		if (reached.has(id) || !token) continue;
		try {
			whole.set(strict.decode(token), id);
		} catch {
			// Not whole characters, so no piece of text equals it.
			continue;
		}
	}
	return whole;
}
