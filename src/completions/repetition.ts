/** Tokens at the end that are one cycle again and again: a tail of so many tokens with a period of at most so many. */
const tokenTails: readonly (readonly [tail: number, period: number])[] = [
	[10, 1],
	[30, 10],
	[45, 20],
	[60, 30],
];

/** Characters at the end that are one piece again and again: pieces of at least so many, seen so often. */
const characterTails: readonly (readonly [piece: number, times: number])[] = [
	[3, 6],
	[10, 4],
];

const longestPiece = 120;

/** Whether a text has got stuck in a loop at its end, as small models do. A rule drawn with one sign is no loop. */
export function endsInLoop(text: string): boolean {
	const tail = text.trimEnd();
	return loopsByToken(tail) || loopsByCharacter(tail) || repeatsLines(text);
}

function loopsByToken(text: string): boolean {
	// Words, and runs of one sign, stand in for the model's tokens.
	const tokens = text.slice(-1200).match(/[\p{L}\p{N}_]+|([^\s\p{L}\p{N}_])\1*/gu) ?? [];
	return tokenTails.some(([tail, longest]) => {
		if (tokens.length < tail) return false;
		for (let period = 1; period <= longest; period++) {
			if (hasPeriod(tokens, tokens.length - tail, period)) return true;
		}
		return false;
	});
}

function loopsByCharacter(text: string): boolean {
	return characterTails.some(([piece, times]) => {
		for (let period = piece; period <= longestPiece && period * times <= text.length; period++) {
			const start = text.length - period * times;
			if (hasPeriod(text, start, period) && !isRule(text.slice(-period))) return true;
		}
		return false;
	});
}

function hasPeriod(items: ArrayLike<string>, start: number, period: number): boolean {
	for (let index = start + period; index < items.length; index++) {
		if (items[index] !== items[index - period]) return false;
	}
	return true;
}

function isRule(piece: string): boolean {
	return /^([^\p{L}\p{N}])\1*$/u.test(piece) || piece.trim() === '';
}

/** The same filled line three times running, closing lines aside. */
function repeatsLines(text: string): boolean {
	const lines = text.split('\n').map(line => line.trim());
	if (lines.length < 3) return false;
	for (let index = 2; index < lines.length; index++) {
		const line = lines[index]!;
		if (/[\p{L}\p{N}]/u.test(line) && line === lines[index - 1] && line === lines[index - 2]) return true;
	}
	return false;
}
