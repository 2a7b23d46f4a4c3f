/** Scripts by the names Unicode gives them. */
export const scriptNames = ['Latin', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Cyrillic', 'Arabic'] as const;
export type ScriptName = (typeof scriptNames)[number];

/** Keeps an answer in the script of its language: a small model leaves words of the other one in a translation. */
export interface ScriptRule {
	/** Letters of all other scripts are not chosen, and without an East Asian one among these no East Asian punctuation either ... */
	readonly letters: readonly ScriptName[];
	/** ... but in these words, letter for letter: the names and the code of a source. */
	readonly allow: readonly string[];
}
