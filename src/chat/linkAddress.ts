import { findHiddenCharacters } from '../prompts';

/** A link as a person can judge it. */
export interface LinkAddress {
	/** What is opened. */
	readonly address: string;
	/** Where it leads, the part that nobody can disguise. */
	readonly host: string;
	/** All of it, percent signs decoded, with characters that cannot be seen written out. */
	readonly shown: string;
}

/** Reads the address of a link in a text that a model wrote. Undefined for everything but http and https. */
export function readLinkAddress(text: string): LinkAddress | undefined {
	if (!URL.canParse(text)) return undefined;
	const url = new URL(text);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
	const decoded = decodeAddress(url.href);
	return { address: url.href, host: url.host, shown: writeOutHidden(decoded) };
}

/** Decodes what can be decoded, character by character: one broken escape must not hide the rest. */
function decodeAddress(address: string): string {
	return address.replace(/(?:%[0-9a-f]{2})+/gi, escapes => {
		let decoded = '';
		for (let at = 0; at < escapes.length;) {
			const size = sizes.find(length => decode(escapes.slice(at, at + length)) !== undefined) ?? 3;
			const written = escapes.slice(at, at + size);
			decoded += decode(written) ?? written;
			at += size;
		}
		return decoded;
	});
}

/** Lengths of the escapes of one character, of one to four bytes. */
const sizes = [3, 6, 9, 12];

function decode(escapes: string): string | undefined {
	try {
		return decodeURIComponent(escapes);
	} catch {
		return undefined;
	}
}

function writeOutHidden(text: string): string {
	const hidden = new Set(findHiddenCharacters(text).map(({ codePoint }) => codePoint));
	return Array.from(text)
		.map(character => {
			const codePoint = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
			const isHidden = hidden.has(`U+${codePoint}`) || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/u.test(character);
			return isHidden ? `\\u{${codePoint}}` : character;
		})
		.join('');
}
