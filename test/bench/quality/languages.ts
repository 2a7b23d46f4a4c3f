import { type CliEngines } from '../../../src/cli/engines';
import { defaultCompletionSettings } from '../../../src/completions';
import { AnswerFile } from './answerFile';
import { askAgain } from './askAgain';
import { percent, refusalsOf } from './completionFigures';
import { sampleBlocks, samplePlaces, type TypingPlace } from './cursors';
import { groupBy, mapValues } from './groups';
import { chineseProse, languageOf, readHeldOutSets, type HeldOutFile } from './heldOut';
import { offerAt } from './offers';
import { sampleFolderOf, type Part, type PartContext, type PartResult, type Table } from './part';
import { RecordedModel } from './recordedModel';
import { shownTables, type PlacedRecord } from './shown';
import { firstLineOf } from './textMeasures';
import { typingColumns, typingFigures, typingRow, type TypingFigures } from './typingFigures';

/** By model: all cursors of lines together, by language, and blocks. */
export type LanguageFigures = Readonly<
	Record<
		string,
		{
			readonly all: TypingFigures;
			readonly languages: Readonly<Record<string, TypingFigures>>;
			readonly blocks: TypingFigures;
			readonly refusals: Readonly<Record<string, number>>;
		}
	>
>;

/** Cursors of each kind in each language. */
const cursorsOfKind = 12;
const mostBlocks = 4;

/** Types in files of many languages, each as often, and shows a second model (`--beside`) at the same cursors. */
export const languagesPart: Part<LanguageFigures> = {
	name: 'languages',
	run: measureLanguages,
};

interface Measured extends PlacedRecord {
	readonly isBlock: boolean;
}

async function measureLanguages(context: PartContext): Promise<PartResult<LanguageFigures>> {
	const { options, engines, besideEngines } = context;
	const sets = await readHeldOutSets(options.heldOutFolder, sampleFolderOf(context));
	const places = placesIn(
		sets.flatMap(({ files }) => files),
		{ count: options.samples ?? cursorsOfKind, seed: options.seed },
	);
	const measured: [string, readonly Measured[]][] = [];
	for (const each of besideEngines ? [engines, besideEngines] : [engines]) {
		measured.push(await measureModel(each, places, context));
	}
	const figures = Object.fromEntries(measured.map(([model, records]) => [model, figuresOf(records)]));
	const tables = [...tablesOf(figures), ...measured.flatMap(([, records]) => shownTables(records, options.show))];
	return { kind: 'measured', figures, tables };
}

interface Place {
	readonly language: string;
	readonly place: TypingPlace;
	readonly isBlock: boolean;
}

/** Every kind of cursor in every language, taking turns, so that a run that is ended early has some of each. */
export function placesIn(
	files: readonly HeldOutFile[],
	{ count, seed }: { readonly count: number; readonly seed: number },
): readonly Place[] {
	const byLanguage = Object.entries(groupBy(files, languageOf)).sort(([one], [other]) => (one < other ? -1 : 1));
	return takingTurns(
		byLanguage.map(([language, some]) => {
			// Chinese has no blanks between words.
			const blank = language === chineseProse ? 'anywhere' : 'blank';
			const lines = [
				samplePlaces(some, 'wordEnd', { count, seed }),
				samplePlaces(some, blank, { count, seed: seed + 1 }),
				samplePlaces(some, 'anywhere', { count, seed }),
			];
			const blocks = language.startsWith('prose')
				? []
				: sampleBlocks(some, { count: Math.min(count, mostBlocks), seed });
			return takingTurns([
				...lines.map(places => places.map(place => ({ language, place, isBlock: false }))),
				blocks.map(place => ({ language, place, isBlock: true })),
			]);
		}),
	);
}

function takingTurns<T>(lists: readonly (readonly T[])[]): readonly T[] {
	const longest = Math.max(0, ...lists.map(({ length }) => length));
	return Array.from({ length: longest }, (_, index) => lists.flatMap(list => list.slice(index, index + 1))).flat();
}

async function measureModel(
	engines: CliEngines,
	places: readonly Place[],
	{ options, say }: PartContext,
): Promise<[string, readonly Measured[]]> {
	const folder = engines.completionFolder();
	const generator = await engines.load(folder);
	const file = options.answersFolder === undefined ? undefined : await AnswerFile.open(options.answersFolder, folder);
	const records: Measured[] = [];
	for (const [index, { language, place, isBlock }] of places.entries()) {
		if (index % 20 === 0) say(`languages: ${generator.model.name}, ${index} of ${places.length}`);
		const model = new RecordedModel(generator, file);
		const { before, after, rest, file: origin } = place;
		const path = `${origin.package}/${origin.path}`.replace(/(\.\w+)?$/, `.${origin.extension}`);
		const asking = {
			trigger: 'typing',
			multiline: 'auto',
			minimumProbability: defaultCompletionSettings.minimumProbability,
			ngramCache: true,
		} as const;
		const offer = await askAgain(() => offerAt(model, { before, after, path }, asking));
		records.push({
			name: origin.path,
			before,
			language,
			wanted: rest,
			isBlock,
			modelLine: firstLineOf(model.lastAnswer),
			...(offer.kind === 'offered' ? { offered: offer.text } : { reason: offer.reason }),
		});
	}
	return [generator.model.name, records];
}

function figuresOf(records: readonly Measured[]): LanguageFigures[string] {
	const lines = records.filter(({ isBlock }) => !isBlock);
	return {
		all: typingFigures(lines),
		languages: mapValues(
			groupBy(lines, ({ language }) => language),
			typingFigures,
		),
		blocks: typingFigures(records.filter(({ isBlock }) => isBlock)),
		refusals: Object.fromEntries(refusalsOf(lines)),
	};
}

function tablesOf(figures: LanguageFigures): readonly Table[] {
	const models = Object.entries(figures);
	const languages = Object.keys(models[0]?.[1].languages ?? {});
	return [
		{
			title: 'While typing, by language',
			rows: [
				typingColumns,
				...models.map(([model, { all }]) => typingRow(`all, ${model}`, all)),
				...languages.flatMap(language =>
					models.map(([model, of]) => typingRow(`${language}, ${model}`, of.languages[language]!)),
				),
				...models.map(([model, { blocks }]) => typingRow(`blocks, ${model}`, blocks)),
			],
		},
		{
			title: 'Why nothing was offered, % of cursors',
			rows: [
				['reason', ...models.map(([model]) => model)],
				...[...new Set(models.flatMap(([, { refusals }]) => Object.keys(refusals)))].map(reason => [
					reason,
					...models.map(([, { refusals, all }]) => percent(refusals[reason] ?? 0, all.cursors)),
				]),
			],
		},
	];
}
