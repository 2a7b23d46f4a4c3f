import { type Candidate } from './answer';

/**
 * The start of a text up to where the model began to guess: the first line as far as it is likely to be right, then whole lines that
 * each are. "Likely" multiplies the probabilities of the tokens of a line, so that a long line has to be surer of each of them.
 * @param text what a candidate says from an offset on
 * @param probability 0 keeps everything; at 1 only what the model had no doubt of is left
 */
export function sureStart(text: string, candidate: Candidate, from: number, probability: number): string {
	const least = Math.log(probability);
	let sum = 0;
	let start = 0;
	let kept = 0;
	let line = 0;
	for (const { end, logProbability } of candidate.marks) {
		const [first, last] = [Math.max(0, start - from), Math.min(end - from, text.length)];
		start = end;
		if (last <= 0) continue;
		if (Number.isFinite(logProbability)) sum += logProbability;
		if (sum < least) return text.slice(0, kept);
		if (last === text.length) return text;
		const lineEnd = text.slice(first, last).lastIndexOf('\n');
		if (lineEnd >= 0) {
			kept = first + lineEnd;
			sum = 0;
			line++;
		} else if (line === 0 && isStop(text, last)) kept = last;
	}
	return text;
}

/** After a word or a closing sign, where a reader takes a text for finished for the moment. */
function isStop(text: string, at: number): boolean {
	const [before, after] = [text[at - 1] ?? '', text[at] ?? ''];
	return isWord(before) ? !isWord(after) : /[)\]}"'`;>]/.test(before);
}

function isWord(character: string): boolean {
	return /[\p{L}\p{N}_$]/u.test(character);
}
