/**
 * Whether an answer kept the shape of a text: paragraphs, headings with their levels, list items and every inline code
 * span. Words are not compared.
 */
export function sameStructure(original: string, answer: string): boolean {
	const [before, after] = [structureOf(original), structureOf(answer)];
	return before.length === after.length && before.every((item, index) => item === after[index]);
}

function structureOf(text: string): readonly string[] {
	const shape: string[] = [];
	for (const paragraph of text.trim().split(/\n[^\S\n]*\n\s*/)) {
		shape.push('paragraph');
		for (const line of paragraph.split('\n')) {
			const marker = /^\s*(#{1,6}|[-*+•]|\d+[.)]|>)\s/.exec(line)?.[1];
			// A model may number or bullet in its own way; that there is an item is what counts.
			if (marker) shape.push(marker.startsWith('#') || marker === '>' ? marker : 'item');
		}
	}
	// Word order differs between languages, so code spans are compared as a set.
	const spans = [...text.matchAll(/(`+)(?!`)(.+?)(?<!`)\1(?!`)/g)].map(match => `code ${match[2]!}`);
	return [...shape, ...spans.sort()];
}
