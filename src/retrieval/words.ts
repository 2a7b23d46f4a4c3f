/** Words too common to say what a text is about. Source code uses few of them, so their rarity there would mislead. */
const commonWords = new Set(
	(
		'a an and are as at be but by can could did do does for from has have how i if in into is it its let me my no not of on or ' +
		'our please should so than that the their them then there these they this to was we what when where which who why will ' +
		'with would you your 的 了 是 在 我 有 和 就 不 怎么 什么 如何 哪里 哪个 为什么 请问 这个 那个 可以 吗 呢'
	).split(' '),
);

/** Scripts written without spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;
const spaced = /[\p{L}\p{M}\p{N}]+/gu;

/**
 * The words a text is found by, in lower case. Identifiers count whole and in their parts; Chinese and other scripts without
 * spaces as pairs of neighbouring characters, which needs no dictionary and finds every word of two or more.
 */
export function words(text: string): readonly string[] {
	const found: string[] = [];
	for (const [run] of text.matchAll(unspaced)) pairs(run, found);
	for (const [run] of text.replace(unspaced, ' ').matchAll(spaced)) {
		const whole = run.toLowerCase();
		found.push(whole);
		const parts = run.split(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})/u);
		if (parts.length > 1) for (const part of parts) if (part.length > 1) found.push(part.toLowerCase());
	}
	return found.filter(word => !commonWords.has(word));
}

function pairs(run: string, found: string[]): void {
	const characters = Array.from(run);
	if (characters.length === 1) found.push(run);
	for (let index = 1; index < characters.length; index++) found.push(characters[index - 1]! + characters[index]!);
}
