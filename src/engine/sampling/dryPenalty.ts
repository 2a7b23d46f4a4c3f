import { type Dry } from '../../generation';

/** Longer matches cost no more. */
const longestMatch = 64;
/** In logits; finite, so that something can be chosen even where everything would repeat. */
const highestCost = 1000;

/** What is taken from the logits of the tokens that would go on with something that was said before, by id.
 * @param said everything so far in order */
export function dryPenalties(
	said: readonly number[],
	{ multiplier, base, allowedLength }: Dry,
): ReadonlyMap<number, number> {
	const costs = new Map<number, number>();
	const last = said[said.length - 1];
	for (let next = 1; next < said.length; next++) {
		if (said[next - 1] !== last) continue;
		const length = lengthOfMatch(said, next);
		if (length < allowedLength) continue;
		const cost = Math.min(multiplier * base ** (length - allowedLength), highestCost);
		const id = said[next]!;
		costs.set(id, Math.max(cost, costs.get(id) ?? 0));
	}
	return costs;
}

/** How many of the tokens right before `next` are also the last ones of all. */
function lengthOfMatch(said: readonly number[], next: number): number {
	const most = Math.min(next, longestMatch);
	let length = 0;
	while (length < most && said[next - 1 - length] === said[said.length - 1 - length]) length++;
	return length;
}
