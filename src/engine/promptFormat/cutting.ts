import { type Tokenizer } from '../tokenizer';

/** The end of a text (what stands left of the cursor) in at most `limit` ids. */
export interface CutIds {
	readonly ids: readonly number[];
	readonly cutTokens: number;
}

/** More characters than this a token never stands for on average, so no more are tokenized than could fit. */
const maxCharactersPerToken = 16;
/** For counting what was left out without being tokenized. */
const usualCharactersPerToken = 4;

/**
 * Leaves out the far left of a text that is too long to be tokenized at all. Cuts at steps of a quarter, so that the start stays
 * where it is while the text grows and cached tokens stay valid.
 */
export function boundPrefix(text: string, limit: number): { readonly text: string; readonly cutTokens: number } {
	const most = Math.max(limit, 1) * maxCharactersPerToken;
	if (text.length <= most) return { text, cutTokens: 0 };
	const step = Math.ceil(most / 4);
	const wanted = Math.ceil((text.length - most) / step) * step;
	const lineStart = text.indexOf('\n', wanted - 1) + 1;
	const start =
		lineStart > 0 && lineStart < wanted + step ? lineStart : wanted + (isLowSurrogate(text, wanted) ? 1 : 0);
	return { text: text.slice(start), cutTokens: Math.ceil(start / usualCharactersPerToken) };
}

/** Leaves out the far right of a text that is too long to be tokenized at all. */
export function boundSuffix(text: string, limit: number): { readonly text: string; readonly cutTokens: number } {
	const most = Math.max(limit, 1) * maxCharactersPerToken;
	if (text.length <= most) return { text, cutTokens: 0 };
	const end = most - (isLowSurrogate(text, most) ? 1 : 0);
	return { text: text.slice(0, end), cutTokens: Math.ceil((text.length - end) / usualCharactersPerToken) };
}

/** Keeps the last ids, from the start of a line where one is near; steps of a quarter keep the start still while typing. */
export function keepEnd(ids: readonly number[], limit: number, tokenizer: Tokenizer): CutIds {
	if (ids.length <= limit) return { ids, cutTokens: 0 };
	const step = Math.max(1, Math.floor(limit / 4));
	const wanted = Math.min(Math.ceil((ids.length - limit) / step) * step, ids.length - 1);
	let start = wanted;
	const last = Math.min(wanted + step, ids.length - 1);
	while (start < last && !endsLine(ids[start - 1]!, tokenizer)) start++;
	if (start === last) start = firstWholeCharacter(ids, wanted, tokenizer);
	return { ids: ids.slice(start), cutTokens: start };
}

/** Keeps the first ids, up to the end of a line where one is near. */
export function keepStart(ids: readonly number[], limit: number, tokenizer: Tokenizer): CutIds {
	if (ids.length <= limit) return { ids, cutTokens: 0 };
	let end = limit;
	const first = limit - Math.floor(limit / 4);
	while (end > first && !endsLine(ids[end - 1]!, tokenizer)) end--;
	if (end === first) end = limit;
	return { ids: ids.slice(0, end), cutTokens: ids.length - end };
}

function endsLine(id: number, tokenizer: Tokenizer): boolean {
	return tokenizer.bytesOf?.(id)?.at(-1) === 0x0a;
}

/** Skips tokens that begin inside a character (bytes 10xxxxxx). */
function firstWholeCharacter(ids: readonly number[], from: number, tokenizer: Tokenizer): number {
	let start = from;
	while (start < ids.length - 1 && ((tokenizer.bytesOf?.(ids[start]!)?.[0] ?? 0) & 0xc0) === 0x80) start++;
	return start;
}

function isLowSurrogate(text: string, position: number): boolean {
	return /[\uDC00-\uDFFF]/.test(text.charAt(position));
}
