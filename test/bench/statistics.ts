/** What many measurements of one thing say. A single number never stands alone: `count` and the spread go with it. */
export interface Summary {
	readonly unit: string;
	readonly median: number;
	readonly p90: number;
	readonly least: number;
	readonly most: number;
	readonly count: number;
}

/** Undefined when nothing was measured. */
export function summarize(values: readonly number[], unit: string): Summary | undefined {
	if (values.length === 0) return undefined;
	const sorted = [...values].sort((a, b) => a - b);
	return {
		unit,
		median: round(quantile(sorted, 0.5)),
		p90: round(quantile(sorted, 0.9)),
		least: round(sorted[0]!),
		most: round(sorted.at(-1)!),
		count: sorted.length,
	};
}

/** Linear between the two nearest values. */
function quantile(sorted: readonly number[], share: number): number {
	const place = (sorted.length - 1) * share;
	const low = sorted[Math.floor(place)]!;
	const high = sorted[Math.ceil(place)]!;
	return low + (high - low) * (place - Math.floor(place));
}

/** Three digits that count: more would be noise. */
function round(value: number): number {
	return Number(value.toPrecision(value >= 1000 ? 5 : 3));
}
