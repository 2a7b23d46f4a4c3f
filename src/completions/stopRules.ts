import { scanBrackets } from './brackets';
import { indentWidth, isBlank, isTelling, leadingSpace } from './characters';
import { type Mode } from './mode';
import { nextFilledLine, type Place } from './place';
import { firstSentenceEnd } from './sentences';
import { endsInLoop } from './repetition';

const continues =
	/^\s*([)\]}]|else\b|elif\b|except\b|catch\b|finally\b|rescue\b|end\b|fi\b|done\b|esac\b|while\b.*;\s*$)/;
const longestLine = 400;

/** Whether a line goes on with the statement before it, or ends it. */
export function continuesStatement(line: string): boolean {
	return continues.test(line);
}

/** Decides, while a text streams in, whether it already holds all that will be shown. Judges finished lines only. */
export class StopRules {
	private readonly nextLine: string | undefined;

	constructor(
		private readonly place: Place,
		private readonly mode: Mode,
	) {
		this.nextLine = nextFilledLine(place);
	}

	/** The length of the text to keep, once it is known; undefined to go on. */
	endOf(text: string): number | undefined {
		if (endsInLoop(text)) return text.length;
		const firstEnd = text.indexOf('\n');
		if (this.mode === 'line' || (this.mode === 'lineOrBlock' && !this.headOpensBlock(text, firstEnd))) {
			return this.endOfLine(text, firstEnd);
		}
		return this.place.syntax.kind === 'prose' ? endOfParagraph(text) : this.endOfBlock(text);
	}

	private endOfLine(text: string, firstEnd: number): number | undefined {
		if (firstEnd >= 0) return firstEnd;
		if (this.place.syntax.kind === 'prose') return firstSentenceEnd(text);
		return text.length > longestLine ? text.length : undefined;
	}

	/** The first line leaves a bracket open at its end, so that it only makes sense with its block. */
	private headOpensBlock(text: string, firstEnd: number): boolean {
		const head = firstEnd < 0 ? text : text.slice(0, firstEnd);
		if (!/[{([]\s*$/.test(head)) return false;
		return scanBrackets(head, this.place.syntax, this.place.inside).opening.length > 0;
	}

	private endOfBlock(text: string): number | undefined {
		const lines = text.split('\n');
		const base = this.baseWidth(lines);
		let start = 0;
		let wasDeeper = false;
		// The last line is still being written.
		for (let index = 0; index < lines.length - 1; index++) {
			const line = index === 0 ? this.place.linePrefix + lines[0]! : lines[index]!;
			const end = start + lines[index]!.length;
			// The line itself stays for the trims to see, so that a suggestion of nothing else is refused for the right reason.
			if (this.repeatsNext(line)) return end;
			const verdict = this.judge({ text, line, start, end, index }, base, wasDeeper);
			if (verdict !== undefined) return verdict;
			if (!isBlank(line)) wasDeeper = this.width(line) > base.width && index > 0;
			start = end + 1;
		}
		return undefined;
	}

	private judge(at: LineInText, base: Base, wasDeeper: boolean): number | undefined {
		if (at.index === 0) return undefined;
		const before = Math.max(0, at.start - 1);
		if (isBlank(at.line)) return this.isWhole(at.text.slice(0, before)) ? before : undefined;
		const width = this.width(at.line);
		if (width > base.width) return undefined;
		// Below the block: only what closes it still belongs to it.
		const belongs = continuesStatement(at.line) && width >= base.closingWidth;
		if (!belongs) return base.inside && !wasDeeper && width === base.width ? undefined : before;
		return !opensAgain(at.line) && this.isWhole(at.text.slice(0, at.end)) ? at.end : undefined;
	}

	/** Columns at which the block's own lines stand, or, after a line that opens it, those of that line. */
	private baseWidth(lines: readonly string[]): Base {
		if (!isBlank(this.place.linePrefix)) {
			const width = this.width(this.place.linePrefix);
			return { width, closingWidth: width, inside: false };
		}
		const first = lines.find(line => !isBlank(line)) ?? '';
		const width = this.width(first === lines[0] ? this.place.linePrefix + first : first);
		return { width, closingWidth: 0, inside: true };
	}

	private isWhole(text: string): boolean {
		return !isBlank(text) && scanBrackets(text, this.place.syntax, this.place.inside).opening.length === 0;
	}

	private repeatsNext(line: string): boolean {
		return this.nextLine !== undefined && isTelling(line) && line.trimEnd() === this.nextLine.trimEnd();
	}

	private width(line: string): number {
		return indentWidth(leadingSpace(line), this.place.tabSize);
	}
}

interface LineInText {
	readonly text: string;
	/** The line in the document, and where its new part starts and ends in the text. */
	readonly line: string;
	readonly start: number;
	readonly end: number;
	readonly index: number;
}

interface Base {
	readonly width: number;
	/** A closing line further left belongs to something else. */
	readonly closingWidth: number;
	/** The cursor is inside the block already: lines at `width` are the block. */
	readonly inside: boolean;
}

function opensAgain(line: string): boolean {
	return /[{([:]\s*$/.test(line);
}

function endOfParagraph(text: string): number | undefined {
	const blank = /\S[^\S\n]*\n[^\S\n]*\n/.exec(text);
	return blank ? blank.index + 1 : undefined;
}
