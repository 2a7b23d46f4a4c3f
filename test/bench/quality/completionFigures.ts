import { commonPrefixLength, editSimilarity, firstLineOf } from './textMeasures';

/** What happened at one cursor. */
export interface CompletionRecord {
	/** File name extension. */
	readonly language: string;
	/** What really stands there, without blanks at the end. */
	readonly wanted: string;
	/** Absent when nothing was offered. */
	readonly offered?: string;
	/** Why nothing was. */
	readonly reason?: string;
	/** The first line of the model's own answer. */
	readonly modelLine: string;
}

/** Shares are percentages; characters are UTF-16 units. */
export interface CompletionFigures {
	readonly cursors: number;
	/** Cursors with a suggestion. */
	readonly offeredPercent: number;
	/** Suggestions whose first line is exactly the rest of the line, of all cursors and of those with a suggestion. */
	readonly exactPercent: number;
	readonly exactOfOfferedPercent: number;
	/** Suggestions that agree with the line as far as they go, the exact ones included, of those with a suggestion. */
	readonly agreeingOfOfferedPercent: number;
	/** Mean similarity of suggestion and line where there is a suggestion, 0 to 1. */
	readonly similarityOfOffered: number;
	readonly charactersOffered: number;
	/** Up to the first that differs from what stands there; the rest was offered wrongly. */
	readonly charactersRight: number;
	readonly charactersWrong: number;
	readonly charactersRightPercent: number;
	/** The same of the model alone, at every cursor. */
	readonly modelExactPercent: number;
	readonly modelSimilarity: number;
}

export function completionFigures(records: readonly CompletionRecord[]): CompletionFigures {
	const shown = records.flatMap(({ wanted, offered }) =>
		offered === undefined ? [] : [{ wanted, text: offered.trimEnd() }],
	);
	const isExact = (text: string, wanted: string): boolean => firstLineOf(text) === wanted;
	const exact = shown.filter(({ text, wanted }) => isExact(text, wanted)).length;
	const agreeing = shown.filter(({ text, wanted }) => wanted.startsWith(text) || isExact(text, wanted)).length;
	const charactersOffered = sum(shown.map(({ text }) => text.length));
	const charactersRight = sum(shown.map(({ text, wanted }) => commonPrefixLength(text, wanted)));
	const modelExact = records.filter(({ modelLine, wanted }) => isExact(modelLine, wanted)).length;
	return {
		cursors: records.length,
		offeredPercent: percent(shown.length, records.length),
		exactPercent: percent(exact, records.length),
		exactOfOfferedPercent: percent(exact, shown.length),
		agreeingOfOfferedPercent: percent(agreeing, shown.length),
		similarityOfOffered: mean(shown.map(({ text, wanted }) => editSimilarity(firstLineOf(text), wanted))),
		charactersOffered,
		charactersRight,
		charactersWrong: charactersOffered - charactersRight,
		charactersRightPercent: percent(charactersRight, charactersOffered),
		modelExactPercent: percent(modelExact, records.length),
		modelSimilarity: mean(records.map(({ modelLine, wanted }) => editSimilarity(firstLineOf(modelLine), wanted))),
	};
}

/** Why nothing was offered, most frequent first. */
export function refusalsOf(
	records: readonly CompletionRecord[],
): readonly (readonly [reason: string, count: number])[] {
	const counts = new Map<string, number>();
	for (const { reason } of records) if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
	return [...counts].sort((one, other) => other[1] - one[1]);
}

/** A share in percent with one digit after the point; 0 of nothing. */
export function percent(part: number, whole: number): number {
	return whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10;
}

function mean(values: readonly number[]): number {
	return values.length === 0 ? 0 : Math.round((sum(values) / values.length) * 1000) / 1000;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
