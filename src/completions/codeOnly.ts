import { type Syntax } from './languages';

/** The code of a line: strings emptied, comments left out. A line that starts within a string or comment is not understood. */
export function codeOnly(line: string, { quotes, lineComment, blockComments }: Syntax): string {
	let code = '';
	let at = 0;
	while (at < line.length) {
		const character = line[at]!;
		if (lineComment !== undefined && line.startsWith(lineComment, at)) break;
		if (blockComments && line.startsWith('/*', at)) at = endOf(line, '*/', at + 2);
		else if (quotes.includes(character)) {
			code += character + character;
			at = endOfString(line, character, at + 1);
		} else {
			code += character;
			at++;
		}
	}
	return code;
}

function endOf(line: string, mark: string, from: number): number {
	const at = line.indexOf(mark, from);
	return at < 0 ? line.length : at + mark.length;
}

function endOfString(line: string, quote: string, from: number): number {
	for (let at = from; at < line.length; at++) {
		if (line[at] === '\\') at++;
		else if (line[at] === quote) return at + 1;
	}
	return line.length;
}
