import { type Candidate } from './answer';

/**
 * How far a text reaches up to where the model began to guess: on the first line as far as it is likely to be right, then whole
 * lines that each are. "Likely" multiplies the probabilities of the tokens of a line, so that a long line has to be surer of each.
 * @param text what a candidate says from an offset on
 * @param probability 0 keeps everything; at 1 only what the model had no doubt of is left
 */
export function sureLength(text: string, candidate: Candidate, from: number, probability: number): number {
	const least = Math.log(probability);
	let sum = 0;
	let start = 0;
	let sure = 0;
	let isFirst = true;
	for (const { end, logProbability } of candidate.marks) {
		const [first, last] = [Math.max(0, start - from), Math.min(end - from, text.length)];
		start = end;
		if (last <= 0) continue;
		if (Number.isFinite(logProbability)) sum += logProbability;
		if (sum < least) return sure;
		if (last === text.length) return last;
		const lineEnd = text.slice(first, last).lastIndexOf('\n');
		if (lineEnd >= 0) {
			sure = first + lineEnd;
			sum = 0;
			isFirst = false;
		} else if (isFirst) sure = last;
	}
	return text.length;
}
