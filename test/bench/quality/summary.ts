import { join } from 'node:path';
import { extractiveSummary, splitSentences } from '../../../src/prompts';
import { sampleOf } from './cursors';
import { readLines } from './heldOut';
import { type Part, type PartContext, type PartResult } from './part';
import { type TextScores } from './sacrebleu';
import { runTaskOn } from './tasks';
import { rougeL } from './textMeasures';

/** By the way of making the title. */
export type SummaryFigures = Readonly<Record<string, SummaryRow>>;

interface SummaryRow {
	readonly texts: number;
	/** Mean F1 over characters, 0 to 100. */
	readonly rougeL: number;
	/** Absent without sacrebleu. */
	readonly scores?: TextScores;
}

interface Abstract {
	readonly text: string;
	readonly title: string;
}

const abstracts = 200;
const modelAbstracts = 50;

/** Chinese abstracts (CSL, Li et al. 2022) against their titles, which say in a few words what the text is about. */
export const summaryPart: Part<SummaryFigures> = { name: 'summary', run: measureSummaries };

async function measureSummaries(context: PartContext): Promise<PartResult<SummaryFigures>> {
	const { options, taskEngines, root, say } = context;
	const path = options.dataFolder === undefined ? undefined : join(options.dataFolder, 'summary', 'csl_dev.tsv');
	const lines = path === undefined ? undefined : await readLines(path);
	if (!lines)
		return {
			kind: 'skipped',
			reason: `There is no ${path ?? 'summary/csl_dev.tsv in the test data (--data, INKLING_DATA)'}.`,
		};
	const all = lines.flatMap(line => {
		const [, text, title] = line.split('\t');
		return text !== undefined && title !== undefined ? [{ text, title }] : [];
	});
	const chosen = sampleOf(all, options.samples ?? abstracts, options.seed);
	say(`summary: ${chosen.length} abstracts`);
	const ways: Record<string, (text: string) => string> = {
		'extractive, one sentence': text => extractive(text, 1),
		'extractive, as shipped (up to 6)': text => extractive(text, 6),
		'first sentence': text => splitSentences(text)[0] ?? '',
	};
	const figures: Record<string, SummaryRow> = {};
	for (const [way, summarize] of Object.entries(ways))
		figures[way] = await rowOf(
			chosen,
			chosen.map(({ text }) => summarize(text)),
			context,
		);
	if (taskEngines) {
		const few = chosen.slice(0, modelAbstracts);
		say(`summary: ${few.length} abstracts with ${options.taskModel ?? ''}`);
		const said: string[] = [];
		for (const { text } of few)
			said.push((await runTaskOn({ template: 'summarize', text, set: [] }, taskEngines, root)).text);
		figures[options.taskModel ?? ''] = await rowOf(few, said, context);
	}
	const rows = Object.entries(figures).map(([way, row]) => [way, row.texts, row.rougeL, row.scores?.chrF ?? '–']);
	return {
		kind: 'measured',
		figures,
		tables: [{ title: 'Summaries against titles (CSL)', rows: [['', 'texts', 'ROUGE-L', 'chrF'], ...rows] }],
	};
}

function extractive(text: string, maxSentences: number): string {
	return extractiveSummary(text, { languageId: 'plaintext', maxSentences })
		.sentences.map(sentence => sentence.text)
		.join('');
}

async function rowOf(
	texts: readonly Abstract[],
	said: readonly string[],
	{ sacrebleu }: PartContext,
): Promise<SummaryRow> {
	const titles = texts.map(({ title }) => title);
	const sum = said.reduce((total, summary, index) => total + rougeL(summary, titles[index]!), 0);
	const scores = await sacrebleu?.score(said, titles, 'zh');
	const mean = Math.round((sum / Math.max(1, said.length)) * 1000) / 10;
	return { texts: texts.length, rougeL: mean, ...(scores ? { scores } : {}) };
}
