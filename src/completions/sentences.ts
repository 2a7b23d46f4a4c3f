/** A sentence of fewer visible signs is not worth stopping for. */
const shortestSentence = 8;
const abbreviation = /(^|[\s(])(e\.g|i\.e|etc|cf|vs|approx|Mr|Mrs|Ms|Dr|Prof|St|No|Fig|Eq|Sec|\p{Lu})\.\s*$/u;
const sentenceEnd = /[.!?…]["'”’)\]*_]*\s+$|[。！？…]["”’」』）]*\s*$/u;

/** Length of the text's first sentence, closing marks included, once something follows it; undefined while it may go on. */
export function firstSentenceEnd(text: string): number | undefined {
	let end = 0;
	for (const { segment } of new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)) {
		end += segment.length;
		const sentence = text.slice(0, end);
		if (end === text.length && !/[。！？]["”’」』）]*$/u.test(sentence)) return undefined;
		if (sentence.trim().length >= shortestSentence && sentenceEnd.test(sentence) && !abbreviation.test(sentence)) {
			return sentence.trimEnd().length;
		}
	}
	return undefined;
}

/** Cuts a text that broke off to its last whole sentence, clause or, failing these, word. */
export function dropBrokenEnd(text: string): string {
	const whole = lastMatchEnd(
		text,
		/[.!?…]["'”’)\]*_]*(?=\s)|[。！？]["”’」』）]*/gu,
		end => !abbreviation.test(text.slice(0, end)),
	);
	if (whole >= text.length / 3) return text.slice(0, whole);
	const clause = lastMatchEnd(text, /[,;:—](?=\s)|[，；：、]/gu, () => true);
	if (clause >= text.length / 2) return text.slice(0, clause).replace(/[,;:—，；：、]$/u, '');
	return dropLastWord(text);
}

function lastMatchEnd(text: string, pattern: RegExp, accepts: (end: number) => boolean): number {
	let last = -1;
	for (const match of text.matchAll(pattern)) {
		const end = match.index + match[0].length;
		if (accepts(end)) last = end;
	}
	return last;
}

/** Removes the last word, which may be half of one. Knows the word bounds of scripts written without spaces. */
export function dropLastWord(text: string): string {
	const segments = [...new Intl.Segmenter('en', { granularity: 'word' }).segment(text)];
	const last = segments.at(-1);
	return last?.isWordLike === true ? text.slice(0, last.index).trimEnd() : text.trimEnd();
}
