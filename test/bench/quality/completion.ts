import { type TextGenerator } from '../../../src/generation';
import { askAgain } from './askAgain';
import { calibrationOf, calibrationTable, thresholds, type CalibrationRow } from './calibration';
import { completionFigures, refusalsOf, type CompletionFigures, type CompletionRecord } from './completionFigures';
import { cursorKinds, samplePlaces, type CursorKind, type TypingPlace } from './cursors';
import { groupBy, mapValues } from './groups';
import { readHeldOutSets } from './heldOut';
import { modelLineAt, offerAt } from './offers';
import { type Part, type PartContext, type PartResult, type Table, sampleFolderOf } from './part';
import { RecordedModel } from './recordedModel';
import { shownTables, type PlacedRecord } from './shown';
import { firstLineOf } from './textMeasures';

/** What is offered while typing in held-out files. */
export interface HeldOutFigures {
	/** The setting inkling.completion.minimumConfidence that the figures are for. */
	readonly threshold: number;
	/** By held-out set and kind of cursor. */
	readonly sets: Readonly<Record<string, Readonly<Record<CursorKind, CompletionFigures>>>>;
	/** By file name extension, all sets and cursors together. */
	readonly languages: Readonly<Record<string, CompletionFigures>>;
	/** All together: what other thresholds would do. */
	readonly calibration: readonly CalibrationRow[];
	readonly refusals: Readonly<Record<string, number>>;
	/** By held-out set: the cursors after a word once more, without n-grams of the document. */
	readonly withoutNgrams: Readonly<Record<string, CompletionFigures>>;
}

const cursorsOfKind = 150;

/** Types in files the model has never seen and compares what is offered with what really stands there. */
export const completionPart: Part<HeldOutFigures> = {
	name: 'completion',
	run: measureCompletion,
};

interface Measured extends PlacedRecord {
	readonly set: string;
	readonly kind: CursorKind;
	readonly atThresholds: readonly CompletionRecord[];
	readonly withoutNgrams: CompletionRecord;
}

async function measureCompletion(context: PartContext): Promise<PartResult<HeldOutFigures>> {
	const { options, engines } = context;
	const threshold = engines.defaults.minimumConfidence;
	const sets = await readHeldOutSets(options.heldOutFolder, sampleFolderOf(context));
	const records: Measured[] = [];
	for (const { name, files } of sets)
		for (const kind of cursorKinds) {
			const places = samplePlaces(files, kind, { count: options.samples ?? cursorsOfKind, seed: options.seed });
			for (const [index, place] of places.entries()) {
				if (index % 50 === 0) context.say(`completion: ${name}, ${kind}, ${index} of ${places.length}`);
				records.push({ set: name, kind, ...(await measureAt(place, context)) });
			}
		}
	const figures = figuresOf(records, threshold);
	return {
		kind: 'measured',
		figures,
		tables: [...tablesOf(figures), ...shownTables(records, options.show)],
	};
}

async function measureAt(
	{ file, before, after, rest }: TypingPlace,
	{ engines }: PartContext,
): Promise<Omit<Measured, 'set' | 'kind'>> {
	const generator = await engines.load(engines.completionFolder());
	const spot = { before, after, path: `${file.package}/${file.path}`.replace(/(\.\w+)?$/, `.${file.extension}`) };
	const common = { name: file.path, before, language: file.extension, wanted: rest };
	const offer = async (model: TextGenerator, minimumProbability: number, ngramCache: boolean): Promise<Offered> => {
		const asking = { trigger: 'typing', multiline: 'auto', minimumProbability, ngramCache } as const;
		const found = await askAgain(() => offerAt(model, spot, asking));
		return found.kind === 'offered' ? { offered: found.text } : { reason: found.reason };
	};
	const line = async (ngramCache: boolean): Promise<string> =>
		firstLineOf(await askAgain(() => modelLineAt(generator, spot, ngramCache)));
	const recorded = new RecordedModel(generator);
	const modelLine = await line(true);
	const atThresholds: CompletionRecord[] = [];
	for (const threshold of thresholds) {
		atThresholds.push({ ...common, ...(await offer(recorded, threshold, true)), modelLine });
	}
	const shipped = engines.defaults.minimumConfidence;
	const alone = await offer(new RecordedModel(generator), shipped, false);
	return {
		...common,
		...(await offer(recorded, shipped, true)),
		modelLine,
		atThresholds,
		withoutNgrams: { ...common, ...alone, modelLine: await line(false) },
	};
}

type Offered = Pick<CompletionRecord, 'offered' | 'reason'>;

function figuresOf(records: readonly Measured[], threshold: number): HeldOutFigures {
	const bySet = groupBy(records, ({ set }) => set);
	const byLanguage = groupBy(records, ({ language }) => language);
	return {
		threshold,
		sets: mapValues(bySet, some => {
			const figures = (kind: CursorKind): CompletionFigures => completionFigures(some.filter(one => one.kind === kind));
			return { wordEnd: figures('wordEnd'), blank: figures('blank'), anywhere: figures('anywhere') };
		}),
		languages: mapValues(byLanguage, completionFigures),
		calibration: calibrationOf(records),
		refusals: Object.fromEntries(refusalsOf(records)),
		withoutNgrams: mapValues(bySet, some =>
			completionFigures(some.filter(({ kind }) => kind === 'wordEnd').map(({ withoutNgrams }) => withoutNgrams)),
		),
	};
}

const columns = [
	'',
	'cursors',
	'model: line exact %',
	'model: similarity',
	'offered %',
	'exact %',
	'exact % of offered',
	'right as far as it goes % of offered',
	'similarity of offered',
	'characters right',
	'wrong',
	'right %',
];

function tablesOf(figures: HeldOutFigures): readonly Table[] {
	const { sets, languages, calibration, threshold, refusals, withoutNgrams } = figures;
	const bySet = Object.entries(sets).flatMap(([set, byKind]) =>
		cursorKinds.map(kind => completionRow(`${set}, ${kind}`, byKind[kind])),
	);
	const alone = Object.entries(withoutNgrams).map(([set, of]) => completionRow(`${set}, wordEnd, no n-grams`, of));
	const byLanguage = Object.entries(languages).map(([language, figures]) => completionRow(`.${language}`, figures));
	return [
		{
			title: `Completions while typing, confidence from ${threshold}`,
			rows: [columns, ...bySet, ...alone, ...byLanguage],
		},
		{ title: 'Why nothing was offered', rows: [['reason', 'cursors'], ...Object.entries(refusals)] },
		{ title: 'What other values of minimumConfidence would do', rows: calibrationTable(calibration) },
	];
}

/** A row under the columns of a completion table. */
export function completionRow(label: string, figures: CompletionFigures): readonly (string | number)[] {
	return [
		label,
		figures.cursors,
		figures.modelExactPercent,
		figures.modelSimilarity,
		figures.offeredPercent,
		figures.exactPercent,
		figures.exactOfOfferedPercent,
		figures.agreeingOfOfferedPercent,
		figures.similarityOfOffered,
		figures.charactersRight,
		figures.charactersWrong,
		figures.charactersRightPercent,
	];
}

/** The columns that go with `completionRow`. */
export const completionColumns: readonly string[] = columns;
