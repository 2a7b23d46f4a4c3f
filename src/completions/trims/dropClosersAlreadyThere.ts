import { canCover, coverageOf } from '../coverage';
import { type Trim } from './trim';

/** Ends a text before the closing brackets and quotes that stand right of the cursor, unless it goes on after them. */
export const dropClosersAlreadyThere: Trim = (text, { place }) => {
	let kept = text;
	for (;;) {
		const coverage = coverageOf(kept, place);
		const last = coverage.signs.at(-1);
		if (last === undefined) return kept;
		if (kept.slice(last.offset + 1).trim() === '') kept = kept.slice(0, last.offset);
		else if (canCover(kept, coverage, place)) return kept;
		else kept = kept.slice(0, coverage.signs[0]!.offset);
	}
};
