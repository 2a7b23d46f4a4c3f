import { findHiddenCharacters } from '../prompts';
import { type ContextItem, type ContextNotice, type ContextRefusal, type ContextText } from './context';

/** Longest text of one item, in characters. No local model takes more, and counting its tokens would only cost time. */
const mostCharacters = 200_000;
/** A file is text unless a NUL is among so many of its first bytes. */
const bytesLookedAt = 8192;

/** The text of an item as it is, with what a person should know about it: that it was cut, that it hides characters (S7). */
export function contextText(item: ContextItem, text: string, isCut = false): ContextText | ContextRefusal {
	if (text.trim() === '') return { item, refused: 'empty' };
	const kept = text.length > mostCharacters ? startOfLines(text) : text;
	const notices: ContextNotice[] = [];
	if (findHiddenCharacters(kept).length > 0) notices.push('hiddenCharacters');
	if (isCut || kept.length < text.length) notices.push('cut');
	return { item, text: kept, notices };
}

/** Whether the bytes of a file are something other than text. UTF-16 is text with a mark at its start. */
export function isBinary(bytes: Uint8Array): boolean {
	const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
	return !isUtf16 && bytes.subarray(0, bytesLookedAt).includes(0);
}

function startOfLines(text: string): string {
	const lineEnd = text.lastIndexOf('\n', mostCharacters - 1);
	if (lineEnd > 0) return text.slice(0, lineEnd + 1);
	const high = text.charCodeAt(mostCharacters - 1);
	return text.slice(0, high >= 0xd800 && high <= 0xdbff ? mostCharacters - 1 : mostCharacters);
}
