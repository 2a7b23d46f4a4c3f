import { LruCache } from '../base';
import { type CountTokens } from './contextBudget';

/** Remembers counts, so that only the new messages of a long conversation are counted. For one model. */
export function rememberCounts(countTokens: CountTokens, now: () => number): CountTokens {
	const known = new LruCache<string, Promise<number>>({ maxEntries: 500, maxAgeMs: Infinity }, now);
	return text => {
		const found = known.get(text);
		if (found) return found;
		const counted = countTokens(text);
		known.set(text, counted);
		// A count that failed is asked for again.
		counted.catch(() => known.delete(text));
		return counted;
	};
}
