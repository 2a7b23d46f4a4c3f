import { commentLines, isSourceCode } from './comments';
import { blockSegments } from './segments';
import { splitSentences } from './sentences';
import { contentWords } from './words';

/** A sentence of the document, word for word. */
export interface ExtractedSentence {
	readonly text: string;
	/** Offset in the document, so that a reader can be taken there. */
	readonly start: number;
	/** The heading it stands under; '' at the top. */
	readonly heading: string;
}

/** A summary made of the document's own sentences, in their order, without any model. */
export interface ExtractiveSummary {
	readonly sentences: readonly ExtractedSentence[];
	/** How many sentences there were to choose from. */
	readonly sentenceCount: number;
}

export interface ExtractiveOptions {
	/** VS Code's language id: of source code only the comments are read. */
	readonly languageId: string;
	readonly maxSentences: number;
}

/**
 * Chooses the sentences that say most of what the others say (TextRank, Mihalcea and Tarau 2004, on tf-idf cosine). Early
 * sentences, words of the heading and announcing phrases count in favour, length against, and nothing is said twice.
 */
export function extractiveSummary(text: string, options: ExtractiveOptions): ExtractiveSummary {
	const found = isSourceCode(options.languageId)
		? commentSentences(text, options.languageId)
		: proseSentences(text, options.languageId);
	// Labels and exclamations say little on their own; where there is nothing else, they are the text.
	const telling = found.filter(sentence => contentWords(sentence.text).length >= 3);
	const candidates = telling.length > 0 ? telling : found;
	const vectors = weighWords(candidates);
	const scores = scoreSentences(candidates, vectors);
	const chosen = chooseDiverse(scores, vectors, options.maxSentences);
	const sentences = [...chosen].sort((a, b) => a - b).map(index => candidates[index]!);
	return { sentences, sentenceCount: candidates.length };
}

/** The summary as Markdown: one list item a sentence, under the headings they come from. */
export function formatExtractiveSummary(summary: ExtractiveSummary): string {
	const lines: string[] = [];
	let heading = '';
	for (const sentence of summary.sentences) {
		if (sentence.heading !== heading) lines.push(...(lines.length > 0 ? [''] : []), `**${sentence.heading}**`, '');
		heading = sentence.heading;
		lines.push(`- ${sentence.text}`);
	}
	return lines.join('\n');
}

const headingLine = /^\s{0,3}(?:#{1,6}\s+(.*?)(?:\s+#+)?|(?:第[一二三四五六七八九十\d]+[章节].*))\s*$/u;

function proseSentences(text: string, languageId: string): ExtractedSentence[] {
	const found: ExtractedSentence[] = [];
	let heading = '';
	for (const block of blockSegments(text, languageId)) {
		if (block.kind === 'keep') continue;
		for (const paragraph of paragraphs(block.text)) {
			const title = headingLine.exec(paragraph.text);
			if (title) heading = (title[1] ?? title[0]).trim();
			else pushSentences(paragraph.text, block.start + paragraph.start, heading, found);
		}
	}
	return found;
}

/** Runs of lines that belong together: a list item, a heading or a table row begins a new one. */
function paragraphs(text: string): readonly { readonly text: string; readonly start: number }[] {
	const found: { text: string; start: number }[] = [];
	let offset = 0;
	let wasHeading = true;
	for (const line of text.split(/(?<=\n)/)) {
		const isHeading = headingLine.test(line);
		const startsNew = isHeading || wasHeading || /^\s*(?:[-*+•>|]|\d+[.)])\s/.test(line);
		if (startsNew) found.push({ text: line, start: offset });
		else found.at(-1)!.text += line;
		wasHeading = isHeading;
		offset += line.length;
	}
	return found;
}

function commentSentences(text: string, languageId: string): ExtractedSentence[] {
	const found: ExtractedSentence[] = [];
	let run: { text: string; start: number; end: number } | undefined;
	for (const line of commentLines(text, languageId)) {
		const words = text.slice(line.start, line.end);
		// Comment lines with only markers and one line end between them are one paragraph.
		if (run && /^[^\S\n]*\n[\s*/#;-]*$/.test(text.slice(run.end, line.start)))
			run = { text: `${run.text} ${words}`, start: run.start, end: line.end };
		else {
			if (run) pushSentences(run.text, run.start, declarationAfter(text, run.end), found);
			run = { text: words, start: line.start, end: line.end };
		}
	}
	if (run) pushSentences(run.text, run.start, declarationAfter(text, run.end), found);
	return found;
}

/** The name that a comment stands above, as the heading of its sentences. */
function declarationAfter(text: string, end: number): string {
	const after = text.slice(end, end + 400).replace(/^[\s*/"'#-]*\n?/, '');
	const match =
		/^\s*(?:(?:export|default|public|private|protected|static|async|abstract|readonly|pub|final|override)\s+)*(?:function\*?|class|interface|type|enum|struct|trait|impl|const|let|var|def|fn|func|module|namespace)\s+([\p{L}_$][\p{L}\p{N}_$]*)/u.exec(
			after,
		);
	return match?.[1] ? `\`${match[1]}\`` : '';
}

function pushSentences(text: string, start: number, heading: string, found: ExtractedSentence[]): void {
	let offset = start;
	for (const raw of splitSentences(text)) {
		const sentence = raw
			.replace(/^\s*(?:[-*+•>]\s+(?:\[[ xX]\]\s+)?|\d+[.)]\s+)?/, '')
			.replace(/\s+/g, ' ')
			.trim();
		// Table rows and rulers are no sentences.
		if (contentWords(sentence).length > 0 && !sentence.startsWith('|'))
			found.push({ text: sentence, start: offset + raw.length - raw.trimStart().length, heading });
		offset += raw.length;
	}
}

type Vector = ReadonlyMap<string, number>;

/** Unit vectors of tf-idf; a word of every sentence tells nothing. */
function weighWords(candidates: readonly ExtractedSentence[]): readonly Vector[] {
	const bags = candidates.map(candidate => count(contentWords(candidate.text)));
	const documents = count(bags.flatMap(bag => [...bag.keys()]));
	return bags.map(bag => {
		const weights = [...bag].map(
			([word, times]) =>
				[word, (1 + Math.log(times)) * Math.log(1 + candidates.length / documents.get(word)!)] as const,
		);
		const length = Math.hypot(...weights.map(([, weight]) => weight)) || 1;
		return new Map(weights.map(([word, weight]) => [word, weight / length]));
	});
}

function count(words: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
	return counts;
}

function cosine(a: Vector, b: Vector): number {
	let sum = 0;
	const [small, large] = a.size < b.size ? [a, b] : [b, a];
	for (const [word, weight] of small) sum += weight * (large.get(word) ?? 0);
	return sum;
}

/** Sentences beyond this are compared with the whole text instead of with each other, which would take their square. */
const maxGraphSentences = 400;

function scoreSentences(candidates: readonly ExtractedSentence[], vectors: readonly Vector[]): readonly number[] {
	const centroid = sumOf(vectors);
	const central = normalize(vectors.map(vector => cosine(vector, centroid)));
	const ranked = candidates.length <= maxGraphSentences ? normalize(textRank(vectors)) : central;
	return candidates.map((candidate, index) => {
		const headingWords = new Set(contentWords(candidate.heading));
		const inHeading = contentWords(candidate.text).filter(word => headingWords.has(word)).length;
		const share = headingWords.size === 0 ? 0 : Math.min(1, inHeading / headingWords.size);
		const opens = index === 0 || candidate.heading !== candidates[index - 1]!.heading;
		return (
			ranked[index]! +
			central[index]! +
			0.3 * share +
			1 / (1 + index) +
			(opens ? 0.2 : 0) +
			(cue.test(candidate.text) ? 0.5 : 0) -
			// Long sentences collect similarity by length alone; a dozen content words is what one statement takes.
			Math.max(0, Math.log(Math.max(1, vectors[index]!.size) / 12))
		);
	});
}

/** Phrases with which writers announce what a text is about or comes to (Edmundson 1969). */
const cue =
	/本文|提出|旨在|目的|探讨|研究了|介绍了|设计了|综上|总之|结果表明|\b(?:we (?:propose|present|introduce|show|describe)|this (?:paper|document|article|module|file|function|class|guide)|in (?:summary|short|conclusion)|the (?:goal|aim|purpose|result)s? (?:is|are|of))\b/iu;

function sumOf(vectors: readonly Vector[]): Vector {
	const sum = new Map<string, number>();
	for (const vector of vectors) for (const [word, weight] of vector) sum.set(word, (sum.get(word) ?? 0) + weight);
	return sum;
}

function normalize(values: readonly number[]): readonly number[] {
	const highest = Math.max(...values, 1e-9);
	return values.map(value => value / highest);
}

/** Power iteration of weighted PageRank over sentence similarity, damping 0.85. */
function textRank(vectors: readonly Vector[]): readonly number[] {
	const weights = vectors.map((a, row) => vectors.map((b, column) => (row === column ? 0 : cosine(a, b))));
	const outgoing = weights.map(row => row.reduce((sum, weight) => sum + weight, 0));
	let ranks: readonly number[] = vectors.map(() => 1);
	for (let round = 0; round < 30; round++) {
		const before = ranks;
		ranks = vectors.map((_, column) => {
			let sum = 0;
			for (let row = 0; row < vectors.length; row++) {
				if (outgoing[row]! > 0) sum += (weights[row]![column]! / outgoing[row]!) * before[row]!;
			}
			return 0.15 + 0.85 * sum;
		});
	}
	return ranks;
}

/** Best first, each lowered by how much of it is already said (maximal marginal relevance). */
function chooseDiverse(scores: readonly number[], vectors: readonly Vector[], limit: number): readonly number[] {
	const chosen: number[] = [];
	const said = scores.map(() => 0);
	while (chosen.length < Math.min(limit, scores.length)) {
		let best = -1;
		for (let index = 0; index < scores.length; index++) {
			if (chosen.includes(index)) continue;
			if (best < 0 || scores[index]! * (1 - said[index]!) > scores[best]! * (1 - said[best]!)) best = index;
		}
		chosen.push(best);
		for (let index = 0; index < scores.length; index++)
			said[index] = Math.max(said[index]!, cosine(vectors[index]!, vectors[best]!));
	}
	return chosen;
}
