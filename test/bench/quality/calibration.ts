import { completionFigures, percent, type CompletionRecord } from './completionFigures';

/** What one value of inkling.completion.minimumConfidence comes to. */
export interface CalibrationRow {
	readonly threshold: number;
	/** Of all cursors. */
	readonly offeredPercent: number;
	readonly exactOfOfferedPercent: number;
	/** Of the characters offered. */
	readonly charactersRightPercent: number;
	/** Right characters, as a share of those offered right when everything is shown. */
	readonly keptRightPercent: number;
	/** Wrong characters, as a share of those offered wrongly when everything is shown. */
	readonly keptWrongPercent: number;
}

const thresholds = [-Infinity, -3, -2.5, -2, -1.75, -1.5, -1.25, -1, -0.8, -0.6, -0.4, -0.2];

/** The same records judged by every threshold. */
export function calibrationOf(records: readonly CompletionRecord[]): readonly CalibrationRow[] {
	const everything = completionFigures(records, -Infinity);
	return thresholds.map(threshold => {
		const figures = completionFigures(records, threshold);
		return {
			threshold,
			offeredPercent: figures.offeredPercent,
			exactOfOfferedPercent: figures.exactOfOfferedPercent,
			charactersRightPercent: figures.charactersRightPercent,
			keptRightPercent: percent(figures.charactersRight, everything.charactersRight),
			keptWrongPercent: percent(figures.charactersWrong, everything.charactersWrong),
		};
	});
}

/** Rows for people, the names of the columns first. */
export function calibrationTable(rows: readonly CalibrationRow[]): readonly (readonly (string | number)[])[] {
	return [
		['threshold', 'offered %', 'exact % of offered', 'characters right %', 'right kept %', 'wrong kept %'],
		...rows.map(row => [
			row.threshold === -Infinity ? 'none' : row.threshold,
			row.offeredPercent,
			row.exactOfOfferedPercent,
			row.charactersRightPercent,
			row.keptRightPercent,
			row.keptWrongPercent,
		]),
	];
}
