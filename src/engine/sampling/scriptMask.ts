import { type ScriptName, type ScriptRule } from '../../generation';
import { ForeignTokens, type TokenTexts } from './foreignTokens';

/** What keeps an answer in its script, see `ScriptRule`. Holds nothing of an answer: several may share it. */
export class ScriptMask {
	constructor(
		private readonly tokens: ForeignTokens,
		private readonly words: readonly string[],
	) {}

	/** 1 for every id that may not come, apart from those that `exceptions` names. */
	get banned(): Uint8Array {
		return this.tokens.isForeign;
	}

	/** Banned ids that may come after an answer: they begin an allowed word, or go on with the one that the answer ends in. */
	exceptions(answer: readonly number[]): ReadonlySet<number> {
		const ids = new Set<number>();
		const begun = this.begunWord(answer);
		for (const word of this.words) {
			if (word.startsWith(begun)) this.addStartsOf(word.slice(begun.length), begun === '', ids);
			// Behind a whole word another one may begin.
			if (word === begun) for (const other of this.words) this.addStartsOf(other, true, ids, true);
		}
		return ids;
	}

	/** The foreign letters at the end of an answer. */
	private begunWord(answer: readonly number[]): string {
		let word = '';
		for (let index = answer.length - 1; index >= 0; index--) {
			const { run, isAll } = this.tokens.endOf(answer[index]!);
			word = run + word;
			if (!isAll) break;
		}
		return word;
	}

	/** @param mayBegin whether the token may have something else before the letters; @param mustBegin whether it has to */
	private addStartsOf(letters: string, mayBegin: boolean, ids: Set<number>, mustBegin = false): void {
		for (let length = 1; length <= letters.length; length++)
			for (const { id, begins, ends } of this.tokens.withRun(letters.slice(0, length)))
				if ((mayBegin || !begins) && (!mustBegin || begins) && (!ends || length === letters.length)) ids.add(id);
	}
}

/** Makes masks for one vocabulary and keeps what is the same for all of them. */
export class ScriptMasks {
	private readonly byLetters = new Map<string, ForeignTokens>();

	constructor(private readonly tokens: TokenTexts) {}

	/** The mask of a rule; the first one of its scripts takes some hundred milliseconds. */
	maskOf({ letters, allow }: ScriptRule): ScriptMask {
		return new ScriptMask(this.foreignTo(letters), [...new Set(allow)]);
	}

	private foreignTo(letters: readonly ScriptName[]): ForeignTokens {
		const key = [...letters].sort().join();
		const known = this.byLetters.get(key) ?? new ForeignTokens(this.tokens, letters);
		this.byLetters.set(key, known);
		return known;
	}
}
