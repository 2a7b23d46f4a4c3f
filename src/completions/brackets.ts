import { type Syntax } from './languages';

/** What surrounds a character of code. */
export type Inside = '' | '"' | "'" | '`' | 'lineComment' | 'blockComment';

/** A bracket or quote and its UTF-16 offset. */
export interface Sign {
	readonly sign: string;
	readonly offset: number;
}

export interface BracketScan {
	/** Quote and brackets that close what was open before the text, in order. */
	readonly closing: readonly Sign[];
	/** Brackets the text opens and leaves open, outermost first. */
	readonly opening: readonly Sign[];
	/** What the end of the text stands inside. */
	readonly inside: Inside;
	/** Where the string or comment that is open at the end began; -1 when before the text. */
	readonly insideSince: number;
}

export const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const openerOf: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Pairs the brackets of a piece of code, strings and comments left out. Strings end with their line, template strings do not. */
export function scanBrackets(text: string, syntax: Syntax, inside: Inside = ''): BracketScan {
	const closing: Sign[] = [];
	const opening: Sign[] = [];
	const lexer = new BracketLexer(syntax, inside, (sign, offset) => {
		if (sign in closerOf) opening.push({ sign, offset });
		else if (openerOf[sign] !== undefined && opening.at(-1)?.sign === openerOf[sign]) opening.pop();
		else closing.push({ sign, offset });
	});
	lexer.read(text);
	return { closing, opening, inside: lexer.inside, insideSince: lexer.insideSince };
}

/** Finds brackets outside of strings and comments, and the quote that ends a string begun before the text. Keeps its state
 * from one piece of text to the next. */
export class BracketLexer {
	insideSince = -1;
	private startedInside: boolean;

	constructor(
		private readonly syntax: Syntax,
		public inside: Inside,
		private readonly onSign: (sign: string, offset: number) => void,
	) {
		this.startedInside = isString(inside);
	}

	read(text: string): void {
		for (let offset = 0; offset < text.length; offset++) {
			const code = text.charCodeAt(offset);
			// Letters, digits and spaces are most of a text and mean nothing here.
			if (code === 0x20 || (code >= 0x30 && code <= 0x39) || (code | 0x20) >= 0x61) {
				if (code < 0x5b || (code > 0x60 && code < 0x7b) || code > 0x7e) continue;
			}
			const character = text[offset]!;
			if (character === '\n') this.endLine();
			else
				offset = this.inside === '' ? this.readCode(text, offset, character) : this.readInside(text, offset, character);
		}
	}

	/** Ends strings and comments that end with their line. */
	endLine(): void {
		this.startedInside = this.startedInside && this.inside === '`';
		if (this.inside !== '`' && this.inside !== 'blockComment') this.inside = '';
	}

	private readCode(text: string, offset: number, character: string): number {
		const comment = this.syntax.lineComment;
		if (character in closerOf || character in openerOf) this.onSign(character, offset);
		else if (this.syntax.quotes.includes(character)) {
			if (isString(character) && !isApostrophe(text, offset)) this.enter(character, offset);
		} else if (comment !== undefined && text.startsWith(comment, offset)) this.enter('lineComment', offset);
		else if (this.syntax.blockComments && text.startsWith('/*', offset)) {
			this.enter('blockComment', offset);
			return offset + 1;
		}
		return offset;
	}

	private readInside(text: string, offset: number, character: string): number {
		if (this.inside === 'lineComment') return offset;
		if (this.inside === 'blockComment') {
			if (character !== '*' || text[offset + 1] !== '/') return offset;
			this.inside = '';
			return offset + 1;
		}
		if (character === '\\') return text[offset + 1] === '\n' ? offset : offset + 1;
		if (character === this.inside) {
			this.inside = '';
			if (this.startedInside) this.onSign(character, offset);
			this.startedInside = false;
		}
		return offset;
	}

	private enter(inside: Inside, offset: number): void {
		this.inside = inside;
		this.insideSince = offset;
	}
}

function isString(sign: string): sign is '"' | "'" | '`' {
	return sign === '"' || sign === "'" || sign === '`';
}

/** As in "don't": not after one letter, which is how Python marks f'' and r''. */
function isApostrophe(text: string, offset: number): boolean {
	return text[offset] === "'" && offset >= 2 && /^\p{L}{2}'\p{L}/u.test(text.slice(offset - 2, offset + 2));
}

/** What the end of a line's start stands inside, judged by that line alone; a line that starts like a block comment is one. */
export function insideAt(linePrefix: string, syntax: Syntax): Inside {
	if (syntax.kind === 'prose') return '';
	const start = syntax.blockComments && /^\s*\*(\s|$)/.test(linePrefix) ? 'blockComment' : '';
	return scanBrackets(linePrefix, syntax, start).inside;
}
