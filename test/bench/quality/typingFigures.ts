import { visibleWeight } from '../../../src/completions/characters';
import { percent, type CompletionRecord } from './completionFigures';
import { commonPrefixLength, firstLineOf } from './textMeasures';

/** What typing at some cursors came to. Shares are percentages of all cursors, where nothing else is said. */
export interface TypingFigures {
	readonly cursors: number;
	/** The first line of the model's own answer is the rest of the line. */
	readonly modelExactPercent: number;
	readonly offeredPercent: number;
	readonly exactPercent: number;
	/** Right as far as it goes, four visible characters or more; a Chinese one counts twice, as everywhere in the pipeline. */
	readonly usefulPercent: number;
	/** Offered, and somewhere not what stood there. */
	readonly wrongPercent: number;
	/** Of the characters shown. */
	readonly charactersRightPercent: number;
	readonly charactersShown: number;
}

const leastUseful = 4;

export function typingFigures(records: readonly CompletionRecord[]): TypingFigures {
	const shown = records.flatMap(({ wanted, offered }) =>
		offered === undefined ? [] : [{ wanted, text: offered.trimEnd() }],
	);
	const isExact = (text: string, wanted: string): boolean => firstLineOf(text) === firstLineOf(wanted);
	const agrees = ({ wanted, text }: (typeof shown)[number]): boolean => wanted.startsWith(text);
	const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
	const charactersShown = sum(shown.map(({ text }) => text.length));
	const right = sum(shown.map(({ text, wanted }) => commonPrefixLength(text, wanted)));
	const count = (some: readonly unknown[]): number => percent(some.length, records.length);
	return {
		cursors: records.length,
		modelExactPercent: count(records.filter(({ modelLine, wanted }) => isExact(modelLine, wanted))),
		offeredPercent: count(shown),
		exactPercent: count(shown.filter(({ text, wanted }) => isExact(text, wanted))),
		usefulPercent: count(shown.filter(each => agrees(each) && visibleWeight(each.text) >= leastUseful)),
		wrongPercent: count(shown.filter(each => !agrees(each))),
		charactersRightPercent: percent(right, charactersShown),
		charactersShown,
	};
}

/** The columns that go with `typingRow`. */
export const typingColumns: readonly string[] = [
	'',
	'cursors',
	'model: line exact %',
	'offered %',
	'exact line %',
	'useful %',
	'wrong %',
	'characters right % of shown',
];

/** A row under the columns above. */
export function typingRow(label: string, figures: TypingFigures): readonly (string | number)[] {
	return [
		label,
		figures.cursors,
		figures.modelExactPercent,
		figures.offeredPercent,
		figures.exactPercent,
		figures.usefulPercent,
		figures.wrongPercent,
		figures.charactersRightPercent,
	];
}
