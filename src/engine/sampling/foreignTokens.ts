import { type ScriptName } from '../../generation';

/** What is asked of a tokenizer: the bytes of one token where tokens are bytes, else its text. */
export interface TokenTexts {
	readonly vocabularySize: number;
	isControl(id: number): boolean;
	decode(ids: readonly number[]): string;
	bytesOf?(id: number): Uint8Array | undefined;
}

/** A token with foreign letters in one run, by which it is looked up. */
export interface ForeignToken {
	readonly id: number;
	/** Something else stands before the run, so that it begins a word; or behind it, so that it ends one. */
	readonly begins: boolean;
	readonly ends: boolean;
}

/** The tokens of a vocabulary with letters of other scripts than some. Computed once for a vocabulary and a set of scripts; takes
 * some hundred milliseconds for 150,000 tokens. */
export class ForeignTokens {
	/** 1 where the token with this id has foreign letters, or is a part of a character that is most likely one. */
	readonly isForeign: Uint8Array;
	private readonly byRun = new Map<string, ForeignToken[]>();
	private readonly foreign: RegExp;
	private readonly parts = new Map<string, boolean>();

	constructor(
		private readonly tokens: TokenTexts,
		letters: readonly ScriptName[],
	) {
		this.foreign = foreignLetters(letters);
		this.isForeign = new Uint8Array(tokens.vocabularySize);
		for (let id = 0; id < tokens.vocabularySize; id++) if (!tokens.isControl(id)) this.sort(id);
	}

	/** Tokens whose only run of foreign letters is this one. */
	withRun(run: string): readonly ForeignToken[] {
		return this.byRun.get(run) ?? [];
	}

	/** The foreign letters that a token ends with, and whether it is nothing but them. */
	endOf(id: number): { readonly run: string; readonly isAll: boolean } {
		if (this.isForeign[id] !== 1) return { run: '', isAll: false };
		const { text } = this.textOf(id);
		const runs = this.runsOf(text);
		const last = runs.at(-1);
		if (!last || last.index + last.run.length < text.length) return { run: '', isAll: false };
		return { run: last.run, isAll: last.index === 0 };
	}

	private sort(id: number): void {
		const { text, rest } = this.textOf(id);
		const runs = this.runsOf(text);
		const isPart = rest !== undefined && this.isForeignPart(rest);
		if (runs.length === 0 && !isPart) return;
		this.isForeign[id] = 1;
		const [only] = runs;
		if (!only || runs.length > 1 || rest !== undefined) return;
		const known = this.byRun.get(only.run) ?? [];
		known.push({ id, begins: only.index > 0, ends: only.index + only.run.length < text.length });
		this.byRun.set(only.run, known);
	}

	private runsOf(text: string): readonly { readonly run: string; readonly index: number }[] {
		return [...text.matchAll(this.foreign)].map(({ 0: run, index }) => ({ run, index }));
	}

	/** The whole characters of a token, and the bytes of one it only begins. */
	private textOf(id: number): { readonly text: string; readonly rest?: Uint8Array } {
		const bytes = this.tokens.bytesOf?.(id);
		if (!bytes) return { text: this.tokens.decode([id]) };
		const whole = bytes.subarray(0, endOfWholeCharacters(bytes));
		const text = new TextDecoder().decode(whole);
		return whole.length < bytes.length ? { text, rest: bytes.subarray(whole.length) } : { text };
	}

	/** Whether most characters that begin with these bytes are foreign. */
	private isForeignPart(bytes: Uint8Array): boolean {
		const key = bytes.join();
		const known = this.parts.get(key);
		if (known !== undefined) return known;
		const { low, high } = charactersFrom(bytes);
		let foreign = 0;
		for (let code = low; code <= high; code++) if (this.runsOf(String.fromCodePoint(code)).length > 0) foreign++;
		const isForeign = foreign > (high - low + 1) / 2;
		this.parts.set(key, isForeign);
		return isForeign;
	}
}

const eastAsian: readonly ScriptName[] = ['Han', 'Hiragana', 'Katakana', 'Hangul'];

/** Runs of letters of no script among these. Marks on letters and what all scripts share belong to none. */
function foreignLetters(letters: readonly ScriptName[]): RegExp {
	const own = letters.map(name => `\\p{Script_Extensions=${name}}`).join('');
	const punctuation = letters.some(name => eastAsian.includes(name)) ? '' : '\\u3000-\\u303f\\uff00-\\uffef';
	return new RegExp(`(?:(?![${own}])\\p{L}${punctuation === '' ? '' : `|[${punctuation}]`})+`, 'gu');
}

const lengthOf = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1);

/** Where the last character begins, if its bytes are not all there. */
function endOfWholeCharacters(bytes: Uint8Array): number {
	let start = bytes.length - 1;
	while (start > 0 && (bytes[start]! & 0xc0) === 0x80) start--;
	const lead = bytes[start]!;
	return lead >= 0xc0 && start + lengthOf(lead) > bytes.length ? start : bytes.length;
}

/** The first and the last character with these first bytes; of the longest, which are rare, the first few thousand. */
function charactersFrom(bytes: Uint8Array): { readonly low: number; readonly high: number } {
	const length = lengthOf(bytes[0]!);
	let code = bytes[0]! & (0xff >> (length + 1));
	for (let index = 1; index < length; index++) code = (code << 6) | ((bytes[index] ?? 0x80) & 0x3f);
	const low = Math.min(code, 0x10ffff);
	return { low, high: Math.min(low + Math.min(64 ** (length - bytes.length), 4096) - 1, 0x10ffff) };
}
