import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliEngines } from '../../../src/cli/engines';
import { sampleOf } from './cursors';
import { readLines } from './heldOut';
import { percent } from './completionFigures';
import { type Part, type PartContext, type PartResult } from './part';
import { type TextScores } from './sacrebleu';
import { runTaskOn, type TaskResult } from './tasks';

/** By name: direction, set and, where it is not the built-in one, model or system. */
export type TranslationFigures = Readonly<Record<string, TranslationRow>>;

export interface TranslationRow {
	readonly texts: number;
	/** Texts of which every sentence was shown in the other language. */
	readonly shownPercent: number;
	/** Of those alone; absent without sacrebleu or when nothing was shown. */
	readonly scores?: TextScores;
}

interface Pair {
	readonly source: string;
	readonly reference: string;
	/** What other systems said, by name. */
	readonly systems: Readonly<Record<string, string>>;
}

interface PairSet {
	readonly name: string;
	readonly from: 'en' | 'zh';
	readonly to: 'en' | 'zh';
	readonly pairs: readonly Pair[];
}

const textsOfSet = 150;
const systems = ['argos', 'bergamot-base', 'google', 'nllb', 'opusmt'];

/** The command Translate on sentences that have a human translation. */
export const translationPart: Part<TranslationFigures> = { name: 'translation', run: measureTranslation };

async function measureTranslation(context: PartContext): Promise<PartResult<TranslationFigures>> {
	const { options, say } = context;
	const [flores, strings] = [await floresSets(options.dataFolder), await stringSets(options.heldOutFolder)];
	const sets = [...flores, ...strings];
	const missing = [
		...(flores.length > 0
			? []
			: ['There is no translation/flores-dev.en and .zh in the test data (--data, INKLING_DATA).']),
		...(strings.length > 0 ? [] : [`There is no pairs-unseen.jsonl in ${options.heldOutFolder} (--held-out).`]),
	].join(' ');
	if (sets.length === 0) return { kind: 'skipped', reason: missing };
	const figures: Record<string, TranslationRow> = {};
	for (const set of sets) {
		const pairs = sampleOf(set.pairs, options.samples ?? textsOfSet, options.seed);
		for (const { label, engines } of enginesOf(context)) {
			const name = `${set.from} to ${set.to}, ${set.name}${label}`;
			say(`translation: ${name}, ${pairs.length} texts`);
			Object.assign(figures, await measureSet(name, { ...set, pairs }, engines, context));
		}
	}
	const rows = Object.entries(figures).map(([name, { texts, shownPercent, scores }]) => [
		name,
		texts,
		shownPercent,
		scores?.chrF ?? '–',
		scores?.bleu ?? '–',
	]);
	const version = context.sacrebleu?.version;
	const title =
		version === undefined ? 'Translate (no Python with sacrebleu: no scores)' : `Translate (sacrebleu ${version})`;
	return {
		kind: 'measured',
		figures,
		...(missing === '' ? {} : { missing }),
		tables: [{ title, rows: [['', 'texts', 'shown %', 'chrF of shown', 'BLEU of shown'], ...rows] }],
	};
}

function enginesOf({ engines, taskEngines, options }: PartContext): readonly { label: string; engines: CliEngines }[] {
	const own = { label: '', engines };
	return taskEngines ? [own, { label: `, ${options.taskModel ?? ''}`, engines: taskEngines }] : [own];
}

async function measureSet(
	name: string,
	{ pairs, to }: PairSet,
	engines: CliEngines,
	{ root, sacrebleu }: PartContext,
): Promise<TranslationFigures> {
	const shown: { readonly pair: Pair; readonly text: string }[] = [];
	for (const pair of pairs) {
		const result: TaskResult = await runTaskOn(
			{ template: 'translate', text: pair.source, set: [`language=${to}`] },
			engines,
			root,
		);
		if (result.shown === 'unable') return { [`${name} (no model can)`]: { texts: pairs.length, shownPercent: 0 } };
		if (result.shown === 'whole') shown.push({ pair, text: result.text });
	}
	const rows: Record<string, TranslationRow> = {};
	const add = async (label: string, texts: readonly string[]): Promise<void> => {
		const references = shown.map(({ pair }) => pair.reference);
		const scores = shown.length > 0 ? await sacrebleu?.score(texts, references, to) : undefined;
		const shownPercent = percent(texts.length, pairs.length);
		rows[label] = { texts: pairs.length, shownPercent, ...(scores ? { scores } : {}) };
	};
	await add(
		name,
		shown.map(({ text }) => text),
	);
	// The same texts by other systems: a score of easy sentences alone says little.
	for (const system of Object.keys(pairs[0]?.systems ?? {}))
		if (shown.length > 0)
			await add(
				`${name}: ${system} on the same texts`,
				shown.map(({ pair }) => pair.systems[system]!),
			);
	return rows;
}

async function floresSets(dataFolder: string | undefined): Promise<readonly PairSet[]> {
	if (dataFolder === undefined) return [];
	const linesOf = async (ending: string): Promise<readonly string[] | undefined> => {
		const text = await readFile(join(dataFolder, 'translation', `flores-dev.${ending}`), 'utf8').catch(() => undefined);
		return text?.trimEnd().split('\n');
	};
	const [english, chinese] = [await linesOf('en'), await linesOf('zh')];
	if (!english || !chinese) return [];
	const outputs = await Promise.all(systems.map(async name => [name, await linesOf(`en-zh.${name}.txt`)] as const));
	const known = outputs.filter((entry): entry is [string, readonly string[]] => entry[1] !== undefined);
	const toChinese = english.map((source, index) => ({
		source,
		reference: chinese[index] ?? '',
		systems: Object.fromEntries(known.map(([name, lines]) => [name, lines[index] ?? ''])),
	}));
	const toEnglish = chinese.map((source, index) => ({ source, reference: english[index] ?? '', systems: {} }));
	return [
		{ name: 'FLORES-200 dev', from: 'en', to: 'zh', pairs: toChinese },
		{ name: 'FLORES-200 dev', from: 'zh', to: 'en', pairs: toEnglish },
	];
}

async function stringSets(folder: string): Promise<readonly PairSet[]> {
	const lines = await readLines(join(folder, 'pairs-unseen.jsonl'));
	if (!lines) return [];
	const known = lines.map(line => JSON.parse(line) as { readonly english: string; readonly chinese: string });
	const toChinese = known.map(({ english, chinese }) => ({ source: english, reference: chinese, systems: {} }));
	const toEnglish = known.map(({ english, chinese }) => ({ source: chinese, reference: english, systems: {} }));
	return [
		{ name: 'software strings', from: 'en', to: 'zh', pairs: toChinese },
		{ name: 'software strings', from: 'zh', to: 'en', pairs: toEnglish },
	];
}
