/** One character that a reader cannot see or that reorders what they see. Lines and columns count from 1. */
export interface HiddenCharacter {
	readonly line: number;
	readonly column: number;
	/** 'U+202E'. */
	readonly codePoint: string;
	readonly kind: HiddenCharacterKind;
}

export type HiddenCharacterKind =
	| 'bidiOverride'
	| 'bidiIsolate'
	| 'bidiMark'
	| 'zeroWidthSpace'
	| 'zeroWidthNonJoiner'
	| 'zeroWidthJoiner'
	| 'invisibleOperator'
	| 'byteOrderMark'
	| 'softHyphen'
	| 'tag'
	| 'variationSelector'
	| 'filler'
	| 'control'
	| 'separator'
	| 'blank';

/** First and last code point of each class of characters without a glyph of their own. */
const ranges: readonly (readonly [number, number, HiddenCharacterKind])[] = [
	[0x00, 0x08, 'control'],
	[0x0b, 0x0b, 'control'],
	[0x0e, 0x1f, 'control'],
	[0x7f, 0x84, 'control'],
	[0x86, 0x9f, 'control'],
	[0xad, 0xad, 'softHyphen'],
	[0x34f, 0x34f, 'blank'],
	[0x61c, 0x61c, 'bidiMark'],
	[0x115f, 0x1160, 'filler'],
	[0x17b4, 0x17b5, 'blank'],
	[0x180b, 0x180f, 'blank'],
	[0x200b, 0x200b, 'zeroWidthSpace'],
	[0x200c, 0x200c, 'zeroWidthNonJoiner'],
	[0x200d, 0x200d, 'zeroWidthJoiner'],
	[0x200e, 0x200f, 'bidiMark'],
	[0x2028, 0x2029, 'separator'],
	[0x202a, 0x202e, 'bidiOverride'],
	[0x2060, 0x2065, 'invisibleOperator'],
	[0x2066, 0x2069, 'bidiIsolate'],
	[0x206a, 0x206f, 'invisibleOperator'],
	[0x2800, 0x2800, 'blank'],
	[0x3164, 0x3164, 'filler'],
	[0xfe00, 0xfe0f, 'variationSelector'],
	[0xfeff, 0xfeff, 'byteOrderMark'],
	[0xffa0, 0xffa0, 'filler'],
	[0xfff9, 0xfffb, 'blank'],
	[0x1d173, 0x1d17a, 'blank'],
	[0xe0000, 0xe007f, 'tag'],
	[0xe0100, 0xe01ef, 'variationSelector'],
];

const joiningScripts =
	/[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Mongolian}\p{Script=Tibetan}]/u;
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const emojiPart = /[\p{Extended_Pictographic}\p{Emoji_Component}]/u;
const selectable = /[\p{Extended_Pictographic}\p{Emoji}\p{Script=Han}\p{Script=Mongolian}\p{Sm}\p{So}]/u;

/**
 * Finds characters that can hide an instruction or disguise what a text says (S7). Uses that ordinary writing needs are
 * not reported: joiners inside emoji and in scripts that shape their letters, a byte order mark at the very start,
 * direction marks beside right-to-left letters, variation selectors behind a character that has variants.
 */
export function findHiddenCharacters(text: string): readonly HiddenCharacter[] {
	const found: HiddenCharacter[] = [];
	let line = 1;
	let column = 1;
	let inFlag = false;
	for (let index = 0; index < text.length;) {
		const code = text.codePointAt(index)!;
		const width = code > 0xffff ? 2 : 1;
		const kind = code < 0x7f && code >= 0x20 ? undefined : hiddenKind(code);
		// A subdivision flag (England, Scotland) is a black flag followed by tag characters.
		inFlag = code === 0x1f3f4 || (inFlag && kind === 'tag');
		if (kind && !inFlag && !isOrdinaryUse(kind, text, index, width)) {
			found.push({ line, column, codePoint: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`, kind });
		}
		index += width;
		column += width;
		if (code === 0x0a) {
			line++;
			column = 1;
		}
	}
	return found;
}

function hiddenKind(code: number): HiddenCharacterKind | undefined {
	return ranges.find(([first, last]) => code >= first && code <= last)?.[2];
}

function isOrdinaryUse(kind: HiddenCharacterKind, text: string, index: number, width: number): boolean {
	const before = characterBefore(text, index);
	const after = String.fromCodePoint(text.codePointAt(index + width) ?? 0x20);
	switch (kind) {
		case 'byteOrderMark':
			return index === 0;
		case 'zeroWidthJoiner':
			return (emojiPart.test(before) && emojiPart.test(after)) || joiningScripts.test(before);
		case 'zeroWidthNonJoiner':
			return joiningScripts.test(before) && joiningScripts.test(after);
		case 'variationSelector':
			return selectable.test(before);
		case 'bidiMark':
			return rightToLeft.test(before) || rightToLeft.test(after);
		case 'blank':
			return joiningScripts.test(before);
		default:
			return false;
	}
}

function characterBefore(text: string, index: number): string {
	const low = text.charCodeAt(index - 1);
	const start = low >= 0xdc00 && low <= 0xdfff ? index - 2 : index - 1;
	return text.slice(Math.max(0, start), index);
}
