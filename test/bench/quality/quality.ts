import { join } from 'node:path';
import { silentLog } from '../../../src/base';
import { CliEngines } from '../../../src/cli/engines';
import { readManifestDefaults, type ManifestDefaults } from '../../../src/cli/manifestDefaults';
import { bitsPart } from './bits';
import { completionPart } from './completion';
import { infillingPart } from './infilling';
import { languagesPart } from './languages';
import { qualityHelp, readOptions, type QualityOptions } from './options';
import { type Part, type PartContext, type Table } from './part';
import { appendReleaseLine, releaseLine } from './releaseLine';
import { Sacrebleu } from './sacrebleu';
import { summaryPart } from './summary';
import { translationPart } from './translation';

interface World {
	readonly root: string;
	readonly cwd: string;
	readonly args: readonly string[];
}

const parts: readonly Part<unknown>[] = [
	bitsPart,
	completionPart,
	languagesPart,
	infillingPart,
	translationPart,
	summaryPart,
];

/** The whole benchmark of quality; resolves to the exit status. */
export async function quality({ root, cwd, args }: World): Promise<number> {
	const options = readOptions(args, root, cwd);
	if (!options) {
		console.log(qualityHelp);
		return 0;
	}
	const defaults = await readManifestDefaults(root);
	const engines = enginesFor({ root, cwd, defaults }, options, options.model);
	const other = (model: string | undefined): CliEngines | undefined =>
		model === undefined ? undefined : enginesFor({ root, cwd, defaults }, options, model);
	const [taskEngines, besideEngines] = [other(options.taskModel), other(options.beside)];
	try {
		const sacrebleu = await Sacrebleu.find(options.pythons, root);
		const say = (line: string): boolean => process.stderr.write(`${line}\n`);
		await runParts({ root, options, engines, taskEngines, besideEngines, sacrebleu, say });
		return 0;
	} finally {
		engines.dispose();
		taskEngines?.dispose();
		besideEngines?.dispose();
	}
}

function enginesFor(
	place: { readonly root: string; readonly cwd: string; readonly defaults: ManifestDefaults },
	{ threads }: QualityOptions,
	model: string | undefined,
): CliEngines {
	const options = {
		batch: false,
		verbose: false,
		help: false,
		...(model === undefined ? {} : { model }),
		...(threads === undefined ? {} : { threads }),
	};
	return new CliEngines({ ...place, options, log: silentLog });
}

async function runParts(context: PartContext): Promise<void> {
	const { options, root } = context;
	const figures: Record<string, unknown> = {};
	const skipped: Record<string, string> = {};
	for (const part of parts.filter(({ name }) => options.only.some(wanted => wanted === name))) {
		const start = performance.now();
		const result = await part.run(context);
		if (result.kind === 'skipped') {
			skipped[part.name] = result.reason;
			console.log(`\n${part.name}: skipped. ${result.reason}`);
			continue;
		}
		figures[part.name] = result.figures;
		for (const table of result.tables) console.log(markdown(table));
		if (result.missing !== undefined) {
			skipped[part.name] = result.missing;
			console.log(`\n${part.name}, not measured: ${result.missing}`);
		}
		context.say(`${part.name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
	}
	if (options.release !== undefined) {
		const line = releaseLine(options.release, figures);
		console.log(`\n${line}`);
		if (options.append) await appendReleaseLine(join(root, 'docs', 'quality.md'), line);
	}
	if (options.json) {
		const { seed, samples } = options;
		console.log(
			JSON.stringify({
				bench: 'inkling-quality',
				seed,
				...(samples === undefined ? {} : { samples }),
				figures,
				skipped,
			}),
		);
	}
}

/** A table as Markdown, which reads well enough in a terminal and can be pasted into a document. */
function markdown({ title, rows }: Table): string {
	const [head = [], ...rest] = rows;
	const line = (cells: readonly (string | number)[]): string =>
		`| ${cells.map(cell => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
	return [`\n${title}\n`, line(head), line(head.map(() => '---')), ...rest.map(line)].join('\n');
}
