/** 1 less the Levenshtein distance as a share of the longer text, in UTF-16 units; 1 for equal texts, two empty ones included. */
export function editSimilarity(one: string, other: string): number {
	const longest = Math.max(one.length, other.length);
	return longest === 0 ? 1 : 1 - levenshtein(one, other) / longest;
}

/** UTF-16 units that both texts begin with. */
export function commonPrefixLength(one: string, other: string): number {
	const end = Math.min(one.length, other.length);
	let length = 0;
	while (length < end && one[length] === other[length]) length++;
	return length;
}

/** A text up to its first line end, without blanks at the end: what counts when lines are compared. */
export function firstLineOf(text: string): string {
	return text.split(/\r?\n/, 1)[0]!.trimEnd();
}

/** F1 of the longest common subsequence (ROUGE-L, Lin 2004), 0 to 1; over characters, as is usual for Chinese; blanks do not count. */
export function rougeL(candidate: string, reference: string): number {
	const [said, wanted] = [charactersOf(candidate), charactersOf(reference)];
	const shared = longestCommonSubsequence(said, wanted);
	return shared === 0 ? 0 : (2 * shared) / (said.length + wanted.length);
}

function levenshtein(one: string, other: string): number {
	let above = Array.from({ length: other.length + 1 }, (_, index) => index);
	for (let row = 1; row <= one.length; row++) {
		const current = [row];
		for (let column = 1; column <= other.length; column++) {
			const change = above[column - 1]! + (one[row - 1] === other[column - 1] ? 0 : 1);
			current.push(Math.min(change, above[column]! + 1, current[column - 1]! + 1));
		}
		above = current;
	}
	return above[other.length]!;
}

function longestCommonSubsequence(one: readonly string[], other: readonly string[]): number {
	let above = new Array<number>(other.length + 1).fill(0);
	for (const character of one) {
		const current = [0];
		for (let column = 1; column <= other.length; column++) {
			const alike = character === other[column - 1];
			current.push(alike ? above[column - 1]! + 1 : Math.max(above[column]!, current[column - 1]!));
		}
		above = current;
	}
	return above[other.length]!;
}

const charactersOf = (text: string): readonly string[] => Array.from(text.replace(/\s+/g, ''));
