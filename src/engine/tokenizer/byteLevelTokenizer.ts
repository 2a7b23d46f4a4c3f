import { byteAlphabet, type ByteAlphabet } from './byteAlphabet';
import { type ControlTokens } from './controlTokens';
import { type TokenizerDefinition } from './definition';
import { MergeTable } from './mergeTable';
import { byteLevelPreTokenizer, type PreTokenizer } from './preTokenizer';
import { findLineCuts, type LineCuts } from './lineCuts';
import { boundedRuns } from './runs';
import { ByteStreamDecoder } from './streamDecoders';
import { type StreamDecoder, type StreamDecoderOptions, type Tokenizer } from './tokenizer';
import { encodeTrusted } from './trustedText';
import { wellFormed } from './wellFormed';

/** Pieces of code and prose repeat; a full cache is simply emptied. */
const maxCachedPieces = 20_000;

/**
 * The tokenizer of a GPT-like vocabulary (byte-level BPE), or undefined when the file asks for something that it cannot do exactly:
 * then the tokenizer library is used.
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
	readonly bosId?: number;
	readonly eosIds: readonly number[];
	readonly controlTokens: readonly string[];
	private readonly alphabet: ByteAlphabet = byteAlphabet();
	/** By id, as the file writes them; undefined for control tokens. */
	private readonly tokens: (string | undefined)[];
	/** Of the tokens that were asked for. */
	private readonly bytes: (Uint8Array | undefined)[] = [];
	private readonly idOfByte: Int32Array;
	private readonly merges: MergeTable;
	/** Where a piece that is a token as a whole is that token, also if merging does not reach it (`ignore_merges`). */
	private readonly wholePieces: ReadonlyMap<string, number> | undefined;
	private readonly cache = new Map<string, readonly number[]>();
	private knownLineCuts: LineCuts | undefined;

	constructor(
		definition: TokenizerDefinition,
		private readonly control: ControlTokens,
		private readonly preTokenize: PreTokenizer,
	) {
		const { vocabulary, model } = definition;
		let largest = Math.max(-1, ...control.ids);
		for (const id of vocabulary.values()) if (id > largest) largest = id;
		this.vocabularySize = largest + 1;
		this.tokens = new Array<string | undefined>(this.vocabularySize).fill(undefined);
		for (const [token, id] of vocabulary) if (!control.ids.has(id)) this.tokens[id] = token;
		this.merges = new MergeTable(definition, id => !control.ids.has(id));
		this.idOfByte = Int32Array.from(this.alphabet.characters, character => vocabulary.get(character)!);
		this.wholePieces = model.ignore_merges === true ? vocabulary : undefined;
		if (control.bosId !== undefined) this.bosId = control.bosId;
		this.eosIds = control.eosIds;
		this.controlTokens = [...control.idOf].sort((first, second) => first[1] - second[1]).map(([name]) => name);
	}

	/** Tried on first use. */
	get lineCuts(): LineCuts {
		const encodePieces = (text: string): readonly string[] => this.preTokenize(wellFormed(text)).flatMap(boundedRuns);
		return (this.knownLineCuts ??= findLineCuts(text => this.encode(text), encodePieces));
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
		const token = this.tokens[id];
		return token === undefined ? undefined : (this.bytes[id] ??= this.alphabet.bytesOf(token));
	}

	decoder(options: StreamDecoderOptions = {}): StreamDecoder {
		return new ByteStreamDecoder(id => this.bytesOf(id), options.skipBytes ?? 0);
	}

	decode(ids: readonly number[]): string {
		const decoder = this.decoder();
		return ids.map(id => decoder.push(id)).join('') + decoder.flush();
	}

	private encodeRun(run: string): readonly number[] {
		const cached = this.cache.get(run);
		if (cached) return cached;
		const ids = this.mergeRun(run);
		if (this.cache.size >= maxCachedPieces) this.cache.clear();
		this.cache.set(run, ids);
		return ids;
	}

	private mergeRun(run: string): readonly number[] {
		const bytes = Buffer.from(run);
		const whole = this.wholePieces?.get(Array.from(bytes, byte => this.alphabet.characters[byte]!).join(''));
		if (whole !== undefined && !this.control.ids.has(whole)) return [whole];
		const parts = Array.from(bytes, byte => this.idOfByte[byte]!);
		this.merges.merge(parts);
		return parts;
	}
}
