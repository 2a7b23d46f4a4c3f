import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Names of the parts, in the order in which they run. */
export const partNames = ['bits', 'completion', 'languages', 'infilling', 'translation', 'summary'] as const;
export type PartName = (typeof partNames)[number];

/** Runs where it is asked for: it wants held-out text of many languages, which no step of the recipe makes. */
const onlyWhenNamed: readonly PartName[] = ['languages'];

export interface QualityOptions {
	readonly only: readonly PartName[];
	/** Folder with public test data; undefined when there is none. */
	readonly dataFolder: string | undefined;
	/** Where the recipe wrote its held-out text, or another folder or file of such text. */
	readonly heldOutFolder: string;
	/** Most items of every set; undefined for each part's own number. */
	readonly samples: number | undefined;
	readonly seed: number;
	readonly model: string | undefined;
	readonly taskModel: string | undefined;
	/** A second completion model, at the same cursors of the part languages. */
	readonly beside: string | undefined;
	/** Where the answers of the part languages are kept, so that a model is asked once; undefined: nowhere. */
	readonly answersFolder: string | undefined;
	readonly threads: number | undefined;
	/** Python programs that may have sacrebleu, best first. */
	readonly pythons: readonly string[];
	/** Offers to print in full, for reading. */
	readonly show: number;
	readonly json: boolean;
	/** Name of the line for docs/quality.md; undefined for none. */
	readonly release: string | undefined;
	/** Write that line into docs/quality.md. */
	readonly append: boolean;
}

export const qualityHelp = `npm run bench:quality -- [flags]
  --only <part>        ${partNames.join(', ')};
                       may be given several times (all but languages)
  --samples <n>        at most n items of every set, for a quick look
  --seed <n>           another draw of cursors and items (1)
  --data <folder>      public test data (INKLING_DATA, else ../shared/data)
  --held-out <place>   held-out text: the recipe's folder (.cache/recipe/gpu, else a small sample), or a folder or one file of
                       lines {package, path, extension, text}
  --model <folder>     completion model, or the name of a built-in model
  --task-model <folder>  another model for summaries and translations, beside the built-in ones
  --beside <folder>    a second completion model at the same cursors, for languages
  --answers <folder>   keep the answers of languages here and ask no model twice, so that settings can be compared in seconds
  --threads <n>        threads of the engines
  --python <program>   a Python with sacrebleu (.cache/venv, else python3)
  --show <n>           print n suggestions with what really stood there
  --release <name>     print the line for docs/quality.md; with --append, write it there
  --json               all figures once more as one last line of JSON`;

/** Undefined when only help is wanted. @throws Error for flags that make no sense */
export function readOptions(args: readonly string[], root: string, cwd: string): QualityOptions | undefined {
	const text = { type: 'string' } as const;
	const { values } = parseArgs({
		args: [...args],
		options: {
			only: { type: 'string', multiple: true, default: [] },
			samples: text,
			seed: { type: 'string', default: '1' },
			data: text,
			'held-out': text,
			model: text,
			'task-model': text,
			beside: text,
			answers: text,
			threads: text,
			python: text,
			show: { type: 'string', default: '0' },
			release: text,
			append: { type: 'boolean', default: false },
			json: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return undefined;
	if (values.append && values.release === undefined)
		throw new Error('--append needs the name of the line: add --release <name>.');
	const number = (name: 'samples' | 'seed' | 'threads' | 'show', least: number): number | undefined =>
		values[name] === undefined ? undefined : wholeNumber(values[name], name, least);
	return {
		only: values.only.length === 0 ? partNames.filter(name => !onlyWhenNamed.includes(name)) : values.only.map(asPart),
		dataFolder: dataFolder(values.data, root, cwd),
		heldOutFolder: resolve(cwd, values['held-out'] ?? join(root, '.cache', 'recipe', 'gpu')),
		samples: number('samples', 1),
		seed: number('seed', 0)!,
		model: values.model,
		taskModel: values['task-model'],
		beside: values.beside,
		answersFolder: values.answers === undefined ? undefined : resolve(cwd, values.answers),
		threads: number('threads', 1),
		pythons: values.python === undefined ? [...venvPythons(root), 'python3'] : [values.python],
		show: number('show', 0)!,
		json: values.json,
		release: values.release,
		append: values.append,
	};
}

function asPart(name: string): PartName {
	const part = partNames.find(known => known === name);
	if (part === undefined) throw new Error(`There is no part ${name}. Known: ${partNames.join(', ')}.`);
	return part;
}

function dataFolder(given: string | undefined, root: string, cwd: string): string | undefined {
	const chosen = given ?? process.env.INKLING_DATA;
	if (chosen === undefined) return [join(root, '..', 'shared', 'data')].find(existsSync);
	const folder = resolve(cwd, chosen);
	if (!existsSync(folder)) throw new Error(`There is no data folder ${folder}. Correct --data or INKLING_DATA.`);
	return folder;
}

/** The recipe's own environment, as Unix and Windows lay it out. */
function venvPythons(root: string): readonly string[] {
	const folder = join(root, '.cache', 'venv');
	return [join(folder, 'bin', 'python'), join(folder, 'Scripts', 'python.exe')].filter(existsSync);
}

function wholeNumber(text: string, name: string, least: number): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < least)
		throw new Error(`--${name} must be a whole number from ${least}, not ${text}.`);
	return value;
}
