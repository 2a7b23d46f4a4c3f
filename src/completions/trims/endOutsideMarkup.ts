import { type Trim } from './trim';

/** Constructs of Markdown that are open at the end of a line, each matching from where it starts. */
const openConstructs: readonly RegExp[] = [
	// A link or image without its closing brackets.
	/!?\[[^\]\n]*(\]\([^)\n]*)?$/,
	// Inline code, maths and bold with an odd number of marks before the end.
	/(?<=^[^`\n]*(`[^`\n]*`[^`\n]*)*)`[^`\n]*$/,
	/(?<=^[^$\n]*(\$[^$\n]+\$[^$\n]*)*)\$(?=[^\s\d$])[^$\n]*$/,
	/(?<=^[^*\n]*(\*\*[^*\n]+\*\*[^*\n]*)*)\*\*(?=[^\s*])[^*\n]*$/,
];

/** Ends Markdown outside of links, inline code, maths, bold, table rows and fences that the text itself began. */
export const endOutsideMarkup: Trim = (text, { place }) => {
	if (place.document.languageId !== 'markdown' || place.syntax.kind !== 'prose') return text;
	const kept = withoutOpenFence(text);
	const lineStart = kept.lastIndexOf('\n') + 1;
	const before = lineStart === 0 ? place.linePrefix : '';
	const line = before + kept.slice(lineStart);
	if (/^\s*\|/.test(line)) return kept.slice(0, lineStart) + endOfRow(line).slice(before.length);
	const cuts = openConstructs.map(pattern => pattern.exec(line)?.index ?? line.length);
	const cut = Math.min(line.length, ...cuts.filter(index => index >= before.length));
	return kept.slice(0, lineStart) + line.slice(before.length, cut);
};

function withoutOpenFence(text: string): string {
	const fences = [...text.matchAll(/^ {0,3}(```|~~~)/gm)];
	const last = fences.at(-1);
	return last !== undefined && fences.length % 2 === 1 ? text.slice(0, last.index).trimEnd() : text;
}

function endOfRow(line: string): string {
	return line.slice(0, line.lastIndexOf('|') + 1);
}
