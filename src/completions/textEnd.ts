import { scanBrackets } from './brackets';
import { indentWidth, isBlank, isIdeographic, leadingSpace } from './characters';
import { type Place } from './place';
import { continuesStatement } from './stopRules';

/** Words of code that are nothing without what follows them, of all languages together. */
const unfinishedWords = new Set(
	(
		'if elif elsif unless while until for foreach in of do then when case switch match where select from import as is and or not ' +
		'xor new throw throws raise await yield typeof instanceof extends implements with const let var val def fn func function fun ' +
		'class struct interface enum trait impl type namespace module package using export public private protected static final ' +
		'abstract async override readonly mut pub ref delete assert lambda begin try except catch void'
	).split(' '),
);

/** Where no sign and no word ends a block, so that its lines may end anywhere. */
const indentedLanguages = new Set([
	'python',
	'yaml',
	'dockercompose',
	'coffeescript',
	'haskell',
	'fsharp',
	'nim',
	'makefile',
]);

/**
 * The last place up to `most` where a text that goes on may end as it is: after a whole word or a closing sign, with everything
 * closed that the text itself opened; below its first line after whole lines only, and not within a block. 0 where there is none.
 */
export function lastEndOf(text: string, most: number, place: Place): number {
	const lineEnd = text.indexOf('\n');
	for (let at = most; at > 0; at--) {
		const mayEnd = lineEnd >= 0 && at > lineEnd ? mayEndBelow(text, at, place) : mayEndWithin(text, at, place);
		if (mayEnd && isClosedAt(text, at, place)) return at;
	}
	return 0;
}

/** At the end of a line that no deeper one and no end of a block follows. */
function mayEndBelow(text: string, at: number, { document, linePrefix, tabSize }: Place): boolean {
	const after = text[at] ?? '\n';
	if (after !== '\n' || isBlank(text[at - 1]!)) return false;
	const next = text
		.slice(at + 1)
		.split('\n')
		.find(line => !isBlank(line));
	if (next === undefined || indentedLanguages.has(document.languageId)) return true;
	const first = (linePrefix + text).split('\n').find(line => !isBlank(line)) ?? '';
	const width = (line: string): number => indentWidth(leadingSpace(line), tabSize);
	return width(next) <= width(first) && !continuesStatement(next);
}

function mayEndWithin(text: string, at: number, { document }: Place): boolean {
	const [before, after] = [text[at - 1]!, text[at] ?? ''];
	if (isSign(before)) return !isWithinSigns(text, at);
	if (before === ':' && after === '\n') return indentedLanguages.has(document.languageId);
	return isWord(before) && isWordEnd(text, at);
}

/** Signs that end what they stand behind. */
function isSign(character: string): boolean {
	return /[)\]}>"'`;）】」』》”’。！？]/.test(character);
}

/** In the middle of an arrow, or of a word such as "don't". */
function isWithinSigns(text: string, at: number): boolean {
	return /[-=]>$/.test(text.slice(0, at)) || (/["'`’]/.test(text[at - 1]!) && isWord(text[at] ?? ''));
}

function isWord(character: string): boolean {
	return /[\p{L}\p{N}_$]/u.test(character);
}

/** Scripts without spaces have the bounds of their words in a dictionary. */
function isWordEnd(text: string, at: number): boolean {
	const after = text[at] ?? '';
	// The parts of "don't", "well-known" and 3.14 are no words.
	if (!isWord(after)) return !/^(?:[-'’]\p{L}|\.\d)/u.test(text.slice(at, at + 2)) && !/[\uD800-\uDFFF]/.test(after);
	const isDense = isIdeographic(text.charCodeAt(at - 1));
	if (!isDense || !isIdeographic(text.charCodeAt(at))) return isDense !== isIdeographic(text.charCodeAt(at));
	const run = /[^\s\p{P}]*$/u.exec(text.slice(0, at))![0].length;
	const segments = new Intl.Segmenter('zh', { granularity: 'word' }).segment(text.slice(at - run, at + 12));
	return segments.containing(run)?.index === run;
}

/** Everything that the text began before an offset ends before it too: brackets, strings, comments, tags, and what a word begins. */
function isClosedAt(text: string, at: number, { syntax, inside, linePrefix }: Place): boolean {
	const kept = text.slice(0, at);
	const scan = scanBrackets(kept, syntax, inside);
	if (scan.opening.length > 0) return false;
	// A comment to the end of its line ends wherever that does.
	if (scan.inside !== '' && scan.inside !== 'lineComment' && scan.insideSince >= 0) return false;
	if (syntax.kind === 'prose' || scan.inside !== '') return true;
	const word = /[\p{L}\p{N}_$]+$/u.exec(linePrefix + kept)?.[0] ?? '';
	return !unfinishedWords.has(word) && !hasOpenAngle(kept);
}

/** Within a tag or a list of type arguments: a sign right before a word that nothing ended since, as it would a comparison. */
function hasOpenAngle(text: string): boolean {
	let open = 0;
	let depth = 0;
	for (const { 0: sign } of text
		.slice(text.lastIndexOf('\n') + 1)
		.matchAll(/(?<!<)<(?=[\p{L}/!])|(?<![-=])>|[();]|&&|\|\|/gu)) {
		if (sign === '<') open++;
		else if (sign === '>') open = Math.max(0, open - 1);
		else if (sign === '(') depth++;
		else if (sign !== ')' || --depth < 0) [open, depth] = [0, 0];
	}
	return open > 0;
}
