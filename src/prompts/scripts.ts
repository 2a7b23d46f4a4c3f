import { type TaskAbility } from '../generation';

/** Whether a text already is in the language a line translator goes to, as far as its script tells: most letters of a text in
 * Chinese are Han; a translator whose only sources are written in other scripts has nothing to do in a Latin text. */
export function isAlreadyIn(to: string, text: string, sources: readonly string[]): boolean {
	const letters = [...text.matchAll(/\p{L}/gu)].length;
	const own = scriptOf(to);
	if (own) return [...text.matchAll(own)].length > letters * 0.6;
	const foreign = sources.map(scriptOf);
	return foreign.length > 0 && foreign.every(script => script !== undefined && text.search(script) < 0);
}

/** Whether an answer is in the script of the language: no translation into English holds Han characters. */
export function isInScriptOf(to: string, answer: string): boolean {
	const own = scriptOf(to);
	if (own) return answer.search(own) >= 0 || !/\p{Ll}{2}/u.test(answer);
	return answer.search(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u) < 0;
}

/** The languages a model translates from into `task.to`: those it goes to in its other directions. */
export function sourcesOf(tasks: readonly TaskAbility[], task: TaskAbility): readonly string[] {
	return tasks.flatMap(other => (other.task === task.task && other.to && other.to !== task.to ? [other.to] : []));
}

/** Letters that only (or nearly only) this language's texts are full of; undefined for the many of Latin script. */
function scriptOf(to: string): RegExp | undefined {
	if (/^zh\b/i.test(to)) return /\p{Script=Han}/gu;
	if (/^ja\b/i.test(to)) return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
	if (/^ko\b/i.test(to)) return /\p{Script=Hangul}/gu;
	if (/^(ru|uk|bg|sr)\b/i.test(to)) return /\p{Script=Cyrillic}/gu;
	if (/^(ar|fa|ur)\b/i.test(to)) return /\p{Script=Arabic}/gu;
	return undefined;
}
