/** Words of a sentence for comparing sentences: lower case, no function words; Han text as overlapping pairs, which need
 * no dictionary and find the terms a segmenter cuts differently from sentence to sentence. */
export function contentWords(text: string): readonly string[] {
	const words: string[] = [];
	for (const match of text.matchAll(wordPattern)) {
		const word = match[0];
		if (han.test(word)) pushPairs(word, words);
		else {
			const lower = stem(word.toLowerCase());
			if (lower.length > 1 && !functionWords.has(lower)) words.push(lower);
		}
	}
	return words;
}

const wordPattern = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+|[\p{L}\p{N}_$]+/gu;
const han = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const functionCharacters = new Set('的了和与是在对及其中为以而于也这那有等被把将从到上下并或都就不之所着过很');

function pushPairs(run: string, words: string[]): void {
	const characters = Array.from(run);
	for (let index = 0; index + 1 < characters.length; index++) {
		const [first, second] = [characters[index]!, characters[index + 1]!];
		if (!functionCharacters.has(first) && !functionCharacters.has(second)) words.push(first + second);
	}
}

/** Plural and possessive endings only: a stronger stemmer merges words that differ. */
function stem(word: string): string {
	if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
	return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

const functionWords = new Set(
	(
		'a about above after again all also am an and any are as at be because been before being below between both but by can cannot ' +
		'could did do does doing down during each few for from further had has have having he her here hers him his how however i if in ' +
		'into is it its itself just let me more most my no nor not now of off on once only or other our out over own same she should so ' +
		'some such than that the their them then there these they this those through to too under until up us very was we were what when ' +
		'where which while who whom why will with would you your may might must one two use used using via per'
	)
		.split(' ')
		.map(stem),
);
