import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { askAgain } from './askAgain';
import { completionFigures, type CompletionFigures } from './completionFigures';
import { completionColumns, completionRow } from './completion';
import { sampleOf } from './cursors';
import { modelLineAt, offerAt } from './offers';
import { type Part, type PartContext, type PartResult } from './part';
import { publishedTable } from './published';
import { shownTables, type PlacedRecord } from './shown';
import { firstLineOf } from './textMeasures';

/** Figures of the pipeline (asked by hand, one line) and of the model alone, as in `CompletionFigures`. */
export type InfillingFigures = CompletionFigures;

/** One task: a line of a known function is missing. */
interface InfillingTask {
	readonly name: string;
	readonly prompt: string;
	readonly suffix: string;
	/** The missing line, its indentation and line end included. */
	readonly line: string;
}

const fileName = 'HumanEval-SingleLineInfilling.jsonl.gz';

/** HumanEval-Infilling, single line (Bavarian et al. 2022): the missing line of a Python function, judged by equality, not by running it. */
export const infillingPart: Part<InfillingFigures> = {
	name: 'infilling',
	run: measureInfilling,
};

async function measureInfilling({ options, engines, say }: PartContext): Promise<PartResult<InfillingFigures>> {
	const folder = options.dataFolder === undefined ? undefined : join(options.dataFolder, 'human-eval-infilling');
	const tasks = folder === undefined ? undefined : await readTasks(join(folder, fileName));
	if (!tasks) {
		const place = folder ?? 'a folder human-eval-infilling of the test data (--data, INKLING_DATA)';
		const source = 'https://github.com/openai/human-eval-infilling has it.';
		return { kind: 'skipped', reason: `There is no ${fileName} in ${place}. ${source}` };
	}
	const generator = await engines.load(engines.completionFolder());
	const chosen = options.samples === undefined ? tasks : sampleOf(tasks, options.samples, options.seed);
	const records: PlacedRecord[] = [];
	const asking = { trigger: 'manual', multiline: 'never', minimumProbability: 0, ngramCache: true } as const;
	for (const [index, { name, prompt, suffix, line }] of chosen.entries()) {
		if (index % 100 === 0) say(`infilling: ${index} of ${chosen.length}`);
		const spot = { before: prompt, after: `\n${suffix}`, path: 'task.py' };
		const offer = await askAgain(() => offerAt(generator, spot, asking));
		records.push({
			name,
			before: prompt,
			language: 'py',
			wanted: line.trim(),
			// Where nothing stands in the line yet, its indentation is part of the answer but not of the comparison.
			...(offer.kind === 'offered' ? { offered: offer.text.trim() } : { reason: offer.reason }),
			modelLine: firstLineOf(await askAgain(() => modelLineAt(generator, spot))).trim(),
		});
	}
	const figures = completionFigures(records);
	const rows = [completionColumns, completionRow('HumanEval-Infilling, single line', figures)];
	return {
		kind: 'measured',
		figures,
		tables: [{ title: 'Infilling, asked by hand', rows }, publishedTable, ...shownTables(records, options.show)],
	};
}

async function readTasks(path: string): Promise<readonly InfillingTask[] | undefined> {
	const packed = await readFile(path).catch(() => undefined);
	if (!packed) return undefined;
	const lines = gunzipSync(packed).toString('utf8').split('\n');
	return lines.filter(line => line !== '').map(line => asTask(JSON.parse(line) as Record<string, unknown>, path));
}

function asTask(task: Record<string, unknown>, path: string): InfillingTask {
	const { task_id: name, prompt, suffix, canonical_solution: line } = task;
	const isWhole = [name, prompt, suffix, line].every(text => typeof text === 'string');
	if (isWhole) return { name, prompt, suffix, line } as InfillingTask;
	throw new Error(`${path} has a task without task_id, prompt, suffix and canonical_solution. Download it again.`);
}
