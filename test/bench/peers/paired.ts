import { summarize } from '../statistics';

/** One measure of all contestants in the same round, in the unit of the measure; ours first. */
export interface Sample {
	readonly values: readonly number[];
	/** The largest share of the machine that others used while any of them was measured; undefined where it cannot be told. */
	readonly foreign: number | undefined;
}

/** A round counts as calm when others used less of the machine than this. */
export const calmLimit = 0.1;

/** What the rounds of one measure say. */
export interface Comparison {
	readonly measure: string;
	readonly unit: string;
	/** Median of each contestant, ours first. */
	readonly medians: readonly number[];
	/** Peer divided by ours, paired by round, median: above 1 ours is better. One for each peer. */
	readonly ratios: readonly number[];
	readonly rounds: number;
	/** Undefined where it cannot be told. */
	readonly calmRounds: number | undefined;
}

/** Uses the calm rounds, or all where fewer than two were calm. */
export function compare(measure: string, unit: string, samples: readonly Sample[]): Comparison {
	const calm = samples.filter(({ foreign }) => foreign !== undefined && foreign < calmLimit);
	const isJudged = samples.every(({ foreign }) => foreign !== undefined);
	const used = calm.length >= 2 ? calm : samples;
	const count = used[0]?.values.length ?? 0;
	const column = (read: (sample: Sample, index: number) => number, from: number): number[] =>
		Array.from({ length: count - from }, (_, index) => median(used.map(sample => read(sample, index + from))));
	return {
		measure,
		unit,
		medians: column(({ values }, index) => values[index]!, 0),
		ratios: column(({ values }, index) => values[index]! / values[0]!, 1),
		rounds: samples.length,
		calmRounds: isJudged ? calm.length : undefined,
	};
}

const median = (values: readonly number[]): number => summarize(values, '')?.median ?? NaN;
