const cjk = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}';
/** A full stop, question or exclamation mark with the closing quotes and brackets that belong to it. */
const sentenceEnd = new RegExp(
	[
		// CJK marks end a sentence wherever they stand.
		'[。！？｡]+[”’」』）】》"\')\\]]*\\s*',
		// Latin marks only before white space or the end, so that 3.14, e.g. a.b() and URLs stay whole ...
		'[.!?…]+[”’"\')\\]]*(?:\\s+|$)',
		// ... or directly between two CJK characters, as some Chinese journals set them.
		`(?<=[${cjk}\\p{L}\\d)）%])[.!?]+(?=[${cjk}])`,
		'\\n\\s*\\n\\s*',
	].join('|'),
	'gu',
);
const abbreviation =
	/(?:^|[\s(（])(?:e\.g|i\.e|etc|cf|vs|al|approx|Fig|figs?|Eq|eqs?|No|nos?|Sec|vol|pp?|ed|eds|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Ltd|Co|U\.S|[A-Z])\.\s*$/u;

/**
 * Cuts text into sentences of English, Chinese and their like; concatenated they are the text again. Each keeps the
 * white space behind it. Works without a dictionary: a wrong cut only makes a shorter piece.
 */
export function splitSentences(text: string): readonly string[] {
	const sentences: string[] = [];
	let start = 0;
	for (const match of text.matchAll(sentenceEnd)) {
		const end = match.index + match[0].length;
		const sentence = text.slice(start, end);
		if (end === start || (!match[0].includes('\n') && isAbbreviation(sentence, text.slice(end, end + 1)))) continue;
		sentences.push(sentence);
		start = end;
	}
	if (start < text.length) sentences.push(text.slice(start));
	return sentences;
}

/** "Fig. 3" and "J. Smith" go on; "... and so on, etc. The next" does not, because a capital after "etc." starts anew. */
function isAbbreviation(sentence: string, next: string): boolean {
	if (!abbreviation.test(sentence)) return false;
	return !(/\betc\.\s*$/.test(sentence) && /\p{Lu}/u.test(next));
}
