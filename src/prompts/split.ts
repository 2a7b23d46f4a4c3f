import { splitSentences } from './sentences';

/** A piece of a text. Pieces follow each other without gap: concatenated they are the text. */
export interface TextPart {
	readonly text: string;
	/** Offset of the first character in the whole text. */
	readonly start: number;
}

/** How long a part may be, in the model's own tokens. */
export interface TokenBudget {
	readonly tokens: number;
	readonly countTokens: (text: string) => Promise<number>;
}

/**
 * Cuts a text into parts that each fit a token budget, at the strongest border near the end of the budget: heading,
 * paragraph, line, sentence, word; between two characters only in a text without any of these. Code fences are cut only
 * where one alone is too long. Costs one or two token counts a part.
 */
export async function splitText(text: string, budget: TokenBudget, signal?: AbortSignal): Promise<readonly TextPart[]> {
	const total = await budget.countTokens(text);
	if (total <= budget.tokens) return [{ text, start: 0 }];
	const borders = findBorders(text);
	const parts: TextPart[] = [];
	let density = total / text.length;
	for (let start = 0; start < text.length;) {
		signal?.throwIfAborted();
		let reach = Math.max(1, Math.floor(budget.tokens / density));
		for (;;) {
			const end = chooseEnd(text, borders, start, start + reach);
			const piece = text.slice(start, end);
			const tokens = await budget.countTokens(piece);
			density = Math.max(tokens / piece.length, 1 / 64);
			if (tokens <= budget.tokens || isOneCharacter(piece)) {
				parts.push({ text: piece, start });
				start = end;
				break;
			}
			reach = Math.max(1, Math.min(piece.length - 1, Math.floor((budget.tokens / tokens) * piece.length * 0.95)));
		}
	}
	return parts;
}

/** The longest end of a text that fits a budget and starts at a good border. */
export async function keepEnd(text: string, budget: TokenBudget): Promise<TextPart> {
	let start = 0;
	for (;;) {
		const kept = text.slice(start);
		const tokens = kept === '' ? 0 : await budget.countTokens(kept);
		if (tokens <= budget.tokens) return { text: kept, start };
		const share = Math.max(0, Math.min(0.95, budget.tokens / tokens));
		const earliest = start + Math.max(1, Math.ceil(kept.length * (1 - share)));
		start = chooseStart(text, earliest);
	}
}

type Strength = 1 | 2 | 3 | 4;

/** Offsets where a part may end, in order, with how good each is: 4 before a heading, 3 after a blank line or a fence,
 * 2 after a line, 1 after a line inside a code fence. */
function findBorders(text: string): readonly { readonly offset: number; readonly strength: Strength }[] {
	const borders: { offset: number; strength: Strength }[] = [];
	let fence: string | undefined;
	let offset = 0;
	for (const line of text.split(/(?<=\n)/)) {
		const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
		const isHeading = fence === undefined && /^#{1,6}\s/.test(line);
		if (isHeading && offset > 0) raiseTo(offset, 4);
		const closes = mark !== undefined && fence !== undefined && mark.startsWith(fence);
		if (mark !== undefined && fence === undefined) fence = mark;
		else if (closes) fence = undefined;
		offset += line.length;
		const strength = fence !== undefined ? 1 : closes || line.trim() === '' ? 3 : 2;
		borders.push({ offset, strength });
	}
	return borders;

	function raiseTo(at: number, strength: Strength): void {
		const last = borders.at(-1);
		if (last?.offset === at) last.strength = strength;
		else borders.push({ offset: at, strength });
	}
}

/** The best border in the second half of the window, else any border in it, else a sentence, a word, a character. */
function chooseEnd(text: string, borders: ReturnType<typeof findBorders>, start: number, limit: number): number {
	if (limit >= text.length) return text.length;
	const half = start + (limit - start) / 2;
	let best: (typeof borders)[number] | undefined;
	for (let index = lastBorderAtMost(borders, limit); index >= 0; index--) {
		const border = borders[index]!;
		// Far borders would make needlessly small parts; only to keep a code fence whole is one worth it.
		const isFar = border.offset < half && best !== undefined;
		if (border.offset <= start || (isFar && best!.strength > 1)) break;
		if (!best || border.strength > best.strength) best = border;
	}
	return best?.offset ?? endInsideLine(text, start, limit);
}

function lastBorderAtMost(borders: ReturnType<typeof findBorders>, limit: number): number {
	let [low, high] = [0, borders.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (borders[middle]!.offset <= limit) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

function endInsideLine(text: string, start: number, limit: number): number {
	const window = text.slice(start, limit);
	const sentences = splitSentences(window);
	const last = sentences.at(-1)?.length ?? 0;
	if (sentences.length > 1) return limit - last;
	const space = window.search(/\s\S*$/u);
	if (space > 0) return start + space + 1;
	return characterBorder(text, limit, start);
}

function chooseStart(text: string, earliest: number): number {
	const window = text.slice(earliest, earliest + 400);
	for (const border of [/\n\s*\n/, /\n/, /[.!?]\s+|[。！？]/, /\s/]) {
		const match = border.exec(window);
		if (match && earliest + match.index + match[0].length < text.length)
			return earliest + match.index + match[0].length;
	}
	const low = text.charCodeAt(earliest);
	return low >= 0xdc00 && low <= 0xdfff ? earliest + 1 : earliest;
}

/** Never between the two halves of a character beyond U+FFFF, never at or before `start`. */
function characterBorder(text: string, offset: number, start: number): number {
	const low = text.charCodeAt(offset);
	if (low < 0xdc00 || low > 0xdfff) return offset;
	return offset - 1 > start ? offset - 1 : offset + 1;
}

function isOneCharacter(piece: string): boolean {
	return piece.length <= (piece.codePointAt(0)! > 0xffff ? 2 : 1);
}
