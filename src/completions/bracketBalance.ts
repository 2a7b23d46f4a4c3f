import { BracketLexer, type Inside } from './brackets';
import { type Place } from './place';
import { type Syntax } from './languages';

/** Characters of the document that are counted on either side of the cursor. */
const countedCharacters = 60_000;
const kinds: readonly (readonly [opener: string, closer: string])[] = [
	['(', ')'],
	['[', ']'],
	['{', '}'],
];

/** Closers without an opener and openers without a closer, each for (), [] and {}. */
interface Counts {
	readonly closers: readonly number[];
	readonly openers: readonly number[];
	readonly inside: Inside;
}

/** Counts the unpaired brackets of a document with a text inserted at the cursor. Reads the document when first asked. */
export class BracketBalance {
	private before: Counts | undefined;
	private readonly after = new Map<string, Counts>();

	constructor(private readonly place: Place) {}

	/** How many brackets are unpaired, the first `covered` characters right of the cursor being replaced by `text`. */
	unpairedWith(text: string, covered: number): number {
		const { syntax, inside } = this.place;
		const middle = count([text], syntax, inside);
		return unpaired(joined(this.countBefore(), middle), this.countAfter(covered, middle.inside));
	}

	/** The same for the document as it is. */
	unpairedNow(): number {
		return unpaired(this.countBefore(), this.countAfter(0, this.place.inside));
	}

	private countBefore(): Counts {
		if (this.before) return this.before;
		const { document, line, linePrefix, syntax } = this.place;
		const lines = [linePrefix];
		let length = linePrefix.length;
		for (let index = line - 1; index >= 0 && length < countedCharacters; index--) {
			const text = document.lineAt(index);
			lines.push(text);
			length += text.length + 1;
		}
		return (this.before = count(lines.reverse(), syntax, ''));
	}

	private countAfter(covered: number, inside: Inside): Counts {
		const key = `${covered} ${inside}`;
		const known = this.after.get(key);
		if (known) return known;
		const { document, line, lineSuffix, syntax } = this.place;
		const lines = [lineSuffix.slice(covered)];
		let length = lineSuffix.length;
		for (let index = line + 1; index < document.lineCount && length < countedCharacters; index++) {
			const text = document.lineAt(index);
			lines.push(text);
			length += text.length + 1;
		}
		const counts = count(lines, syntax, inside);
		this.after.set(key, counts);
		return counts;
	}
}

function count(lines: readonly string[], syntax: Syntax, inside: Inside): Counts {
	const closers = [0, 0, 0];
	const openers = [0, 0, 0];
	const lexer = new BracketLexer(syntax, inside, sign => {
		const kind = kinds.findIndex(([opener, closer]) => sign === opener || sign === closer);
		if (kind < 0) return;
		if (sign === kinds[kind]![0]) openers[kind]!++;
		else if (openers[kind]! > 0) openers[kind]!--;
		else closers[kind]!++;
	});
	lines.forEach((line, index) => {
		if (index > 0) lexer.endLine();
		lexer.read(line);
	});
	return { closers, openers, inside: lexer.inside };
}

function joined(first: Counts, second: Counts): Counts {
	return {
		closers: first.closers.map((closers, kind) => closers + Math.max(0, second.closers[kind]! - first.openers[kind]!)),
		openers: second.openers.map((openers, kind) => openers + Math.max(0, first.openers[kind]! - second.closers[kind]!)),
		inside: second.inside,
	};
}

function unpaired(first: Counts, second: Counts): number {
	const all = joined(first, second);
	return [...all.closers, ...all.openers].reduce((sum, number) => sum + number, 0);
}
