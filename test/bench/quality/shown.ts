import { type CompletionRecord } from './completionFigures';
import { type Table } from './part';

/** A record and where it is from. */
export interface PlacedRecord extends CompletionRecord {
	/** File or task. */
	readonly name: string;
	/** Text up to the cursor. */
	readonly before: string;
}

/** Suggestions spread evenly over all records, and lines the model knew but was not let to say, for people who want to see for themselves. */
export function shownTables(records: readonly PlacedRecord[], show: number): readonly Table[] {
	if (show === 0) return [];
	const shown = records.filter(({ offered }) => offered !== undefined);
	const lost = records.filter(record => record.modelLine === record.wanted && !isRight(record));
	return [
		{
			title: 'Some suggestions',
			rows: [
				['file', 'line', 'offered', 'stood there'],
				...spread(shown, show).map(record => [
					...placeCells(record),
					record.offered!.replaceAll('\n', '⏎'),
					record.wanted,
				]),
			],
		},
		{
			title: 'Lines the model knew that were not offered',
			rows: [
				['file', 'line', 'stood there', 'instead'],
				...spread(lost, show).map(record => [...placeCells(record), record.wanted, instead(record)]),
			],
		},
	];
}

const isRight = ({ offered, wanted }: PlacedRecord): boolean => offered?.split('\n', 1)[0]!.trimEnd() === wanted;

function instead({ offered, reason }: PlacedRecord): string {
	return offered === undefined ? `(${reason})` : offered.replaceAll('\n', '⏎');
}

function spread<T>(items: readonly T[], most: number): readonly T[] {
	const step = Math.max(1, Math.floor(items.length / most));
	return items.filter((_, index) => index % step === 0).slice(0, most);
}

function placeCells({ name, before }: PlacedRecord): readonly [name: string, line: string] {
	return [name, `${(/[^\n]*$/.exec(before)?.[0] ?? '').slice(-40)}▮`];
}
