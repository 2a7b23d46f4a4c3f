import { type Sampling } from '../../generation';
import { repeatedNgramEnds } from './repeatedNgrams';
import { type ScriptMask } from './scriptMask';

/** What may not be said, and when. */
export interface Bans {
	/** Ids that are never chosen. */
	readonly banned?: readonly number[];
	/** Ids that end the answer and may not come before the least length. */
	readonly stopIds?: readonly number[];
	/** Keeps the answer in its script. */
	readonly script?: ScriptMask;
}

/** Ids that may not come next.
 * @param said everything so far in order, at least where n-grams may not repeat
 * @param answered how many tokens the answer has */
export function bannedNext(
	said: readonly number[],
	answered: number,
	{ sampling, bans }: { readonly sampling: Sampling; readonly bans: Bans },
): readonly number[] {
	const { noRepeatNgramSize = 0, minTokens = 0 } = sampling;
	const { banned = [], stopIds = [] } = bans;
	if (noRepeatNgramSize === 0 && answered >= minTokens) return banned;
	const repeats = noRepeatNgramSize > 0 ? repeatedNgramEnds(said, noRepeatNgramSize) : [];
	return [...banned, ...repeats, ...(answered < minTokens ? stopIds : [])];
}
