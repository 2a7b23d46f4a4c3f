/** Closing brackets and quotes, full-width ones included: what editors put right of the cursor on their own. */
const closers = ')]}>"\'`)】』」》”’';

export function isCloser(character: string): boolean {
	return character !== '' && closers.includes(character);
}

/** Nothing but closing brackets, quotes, and the signs that follow them. */
export function isClosing(text: string): boolean {
	return /^[)\]}>"'`;,\s]*$/.test(text);
}

export function isBlank(text: string): boolean {
	return text.trim() === '';
}

/** Spaces and tabs at the start. */
export function leadingSpace(text: string): string {
	return /^[ \t]*/.exec(text)![0];
}

/** Columns an indentation takes with tabs of `tabSize`. */
export function indentWidth(space: string, tabSize: number): number {
	let width = 0;
	for (const character of space) width += character === '\t' ? tabSize - (width % tabSize) : 1;
	return width;
}

/** True for the scripts written without spaces, where a character carries about as much as a short word. */
export function isIdeographic(code: number): boolean {
	return (
		(code >= 0x2e80 && code <= 0x9fff) ||
		(code >= 0xac00 && code <= 0xd7af) ||
		(code >= 0xf900 && code <= 0xfaff) ||
		(code >= 0xfe30 && code <= 0xfe4f) ||
		(code >= 0xff00 && code <= 0xffef) ||
		(code >= 0xd840 && code <= 0xd88f)
	);
}

/** Signs a reader sees; a CJK character counts twice. */
export function visibleWeight(text: string): number {
	let weight = 0;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (code > 0x20 && code !== 0xa0 && code !== 0x3000) weight += isIdeographic(code) ? 2 : 1;
	}
	return weight;
}

/** A letter, digit or underscore of a script that puts spaces between words. */
export function isSpacedWordCharacter(character: string): boolean {
	return character !== '' && !isIdeographic(character.charCodeAt(0)) && /[\p{L}\p{N}_$]/u.test(character);
}

/** A text long enough to tell apart from another by chance: with a letter or digit and three visible signs. */
export function isTelling(text: string): boolean {
	return visibleWeight(text) >= 3 && /[\p{L}\p{N}]/u.test(text);
}

/** Columns a text takes in a font where a CJK character is two wide. */
export function visibleWidth(text: string): number {
	let width = 0;
	for (let index = 0; index < text.length; index++) width += isIdeographic(text.charCodeAt(index)) ? 2 : 1;
	return width;
}

/** A line drawn of one sign, and the text before the cursor has not begun it. */
export function isUnaskedRuler(text: string, before: string): boolean {
	if (/[\p{L}\p{N}]/u.test(text)) return false;
	const sign = /(\S)\1{7}/u.exec(text)?.[1];
	return sign !== undefined && !before.endsWith(sign + sign);
}
