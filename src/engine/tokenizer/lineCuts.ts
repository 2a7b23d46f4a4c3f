/**
 * Where a text may be cut for a vocabulary. `afterBreak`: after a line feed, where the next line has something visible (patterns
 * that end a piece with line breaks: Qwen, Llama 3). `beforeBreak`: between something visible and a line break (GPT-2's pattern,
 * which looks at what follows a run of white space). `none`: the tokenizer must see the whole text.
 */
export type LineCuts = 'afterBreak' | 'beforeBreak' | 'none';

export interface LineCut {
	readonly position: number;
	/** The cut holds for every text that is the same up to here. */
	readonly decidedBefore: number;
}

/** The first cut at or after `from` and before `to`. */
export function nextLineCut(
	text: string,
	range: { readonly from: number; readonly to: number },
	kind: LineCuts,
): LineCut | undefined {
	if (kind === 'none') return undefined;
	const pattern = kind === 'afterBreak' ? /\n(?=[ \t]*\S)/g : /\S(?=\r?\n)/g;
	pattern.lastIndex = Math.max(range.from - 1, 0);
	for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
		const position = match.index + 1;
		if (position >= range.to) return undefined;
		if (position < range.from || isLowSurrogate(text, position)) continue;
		const seen = kind === 'afterBreak' ? /[ \t]*/y : /\r?/y;
		seen.lastIndex = position;
		return { position, decidedBefore: position + (seen.exec(text)?.[0].length ?? 0) + 1 };
	}
	return undefined;
}

/** Never true for line cuts as defined above; guards against a pattern change that would split a character. */
function isLowSurrogate(text: string, position: number): boolean {
	return /[\uDC00-\uDFFF]/.test(text.charAt(position));
}

const ends = ['x', 'x;', '1', '中', '/**', '"', "'", ')', '\u{1f600}', 'e\u0301'];
const breaks = ['\n', '\r\n', ' \n', '\n\n', '\n \n', '\n\t', '\n  ', '\r\n\r\n    ', '\n\n\t\t '];
const starts = ['x', '1', '中', '/', '"', "'s", '{\n', '\u{1f600}', '_x', '.\r\n', '\u0301'];

/** Gives the parts of a text in order: ids, or pieces that are encoded one by one. */
type Parts = (text: string) => readonly (number | string)[];

/** Tries both kinds of cut on a tokenizer, since its pattern is not known beforehand.
 * @param pieces where equal pieces give equal ids, which is found out faster */
export function findLineCuts(encode: Parts, pieces: Parts = encode): LineCuts {
	const holds = (kind: LineCuts): boolean =>
		ends.every(end =>
			breaks.every(lineBreak =>
				starts.every(start => {
					const text = end + lineBreak + start;
					return cutHolds(text, kind, pieces) || cutHolds(text, kind, encode);
				}),
			),
		);
	return (['afterBreak', 'beforeBreak'] as const).find(holds) ?? 'none';
}

function cutHolds(text: string, kind: LineCuts, partsOf: Parts): boolean {
	const cut = nextLineCut(text, { from: 1, to: text.length }, kind);
	if (!cut) return true;
	const whole = partsOf(text);
	const parts = [...partsOf(text.slice(0, cut.position)), ...partsOf(text.slice(cut.position))];
	return whole.length === parts.length && whole.every((part, index) => part === parts[index]);
}
