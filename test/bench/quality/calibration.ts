import { completionFigures, percent, type CompletionFigures, type CompletionRecord } from './completionFigures';

/** A cursor and what is offered there at every threshold, in their order. */
export interface CalibrationRecord {
	readonly atThresholds: readonly CompletionRecord[];
}

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

/** Values of the setting that are compared; the first shows everything. */
export const thresholds: readonly number[] = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7];

/** The same answers judged by every threshold. */
export function calibrationOf(records: readonly CalibrationRecord[]): readonly CalibrationRow[] {
	const at = (index: number): CompletionFigures =>
		completionFigures(records.map(({ atThresholds }) => atThresholds[index]!));
	const everything = at(0);
	return thresholds.map((threshold, index) => {
		const figures = at(index);
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
			row.threshold === 0 ? 'none' : row.threshold,
			row.offeredPercent,
			row.exactOfOfferedPercent,
			row.charactersRightPercent,
			row.keptRightPercent,
			row.keptWrongPercent,
		]),
	];
}
