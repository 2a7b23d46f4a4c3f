import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLog } from '../../../src/base';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import { type MixtureWeights } from '../../../src/engine/ngrams';
import { bitsPerToken, fitWeights } from './fit';
import { observe, type Observation } from './observations';
import { byPackage, cursorsOf, lineEnd, readSourceFiles, shuffled, type Cursor } from './texts';
import { Workspace } from './workspace';

/** A place shows this much text after the cursor, to the end of the line. */
const shownCharacters = 120;
const mostWorkspaceFiles = 250;
const filesPerPackage = 12;

/** `npm run fit:ngrams`: fits the weights of the n-gram mixture on training packages and writes them where the engine reads them. */
export async function fitNgrams(root: string, args: readonly string[]): Promise<number> {
	const { values: flags } = parseArgs({
		args: [...args],
		options: {
			model: { type: 'string', default: join(root, 'models', 'inkling-code') },
			data: { type: 'string', default: join(root, '.cache', 'recipe', 'cpu', 'train.jsonl') },
			seconds: { type: 'string', default: '100' },
		},
	});
	const file = join(root, 'src', 'engine', 'ngrams', 'fittedWeights.json');
	const model = await loadCodeModel(flags.model);
	const observations = await gather(model, flags.data, Number(flags.seconds) * 1000);
	const start = JSON.parse(await readFile(file, 'utf8')) as MixtureWeights;
	const weights = fitWeights(observations, start);
	const bits = bitsPerToken(observations, weights);
	const source = `${observations.length} tokens at cursors in training packages, model ${model.info.id}: ${bits.alone.toFixed(3)} bits a token alone, ${bits.mixed.toFixed(3)} mixed`;
	console.log(source);
	console.log(weights);
	await writeFile(file, JSON.stringify({ source, ...weights }, undefined, '\t') + '\n');
	return 0;
}

export function loadCodeModel(folder: string): Promise<LoadedModel> {
	const context = { log: silentLog, now: () => performance.now(), onProgress: () => undefined };
	return loadModel({ folder, device: 'cpu', threads: 1, cacheBytes: 64 << 20 }, context);
}

/** Goes round the packages, one file of each at a time, until the time is up. */
async function gather(model: LoadedModel, data: string, budgetMs: number): Promise<readonly Observation[]> {
	const packages = [...byPackage(await readSourceFiles(data))].filter(([, files]) => files.length >= 8);
	const observations: Observation[] = [];
	const deadline = performance.now() + budgetMs;
	for (const [index, [name, files]] of shuffled(packages, ([key]) => key).entries()) {
		// Every package gets the same share of the time that is left.
		const until = performance.now() + (deadline - performance.now()) / (packages.length - index);
		const known = shuffled(files, ({ path }) => `${name}/${path}`).slice(0, mostWorkspaceFiles);
		const workspace = new Workspace(model, known);
		for (const file of known.slice(0, filesPerPackage)) {
			if (performance.now() > until) break;
			await workspace.around(file, async () => {
				for (const cursor of cursorsOf(file, 1)) observations.push(...(await observeCursor(model, cursor)));
			});
		}
	}
	return observations;
}

/** A few lines after a cursor, the text behind them known, as while typing in the middle of a file. */
async function observeCursor(model: LoadedModel, { file, prefix, line, suffix }: Cursor): Promise<readonly Observation[]> {
	const rest = line + suffix;
	const end = lineEnd(rest, Math.min(rest.length, shownCharacters));
	const prompt = { kind: 'fill', prefix, suffix: rest.slice(end), extension: file.extension, snippets: [] } as const;
	const targets = model.tokenizer.encode(rest.slice(0, end));
	return observe(model, model.buildPrompt({ ...prompt, prefix: prefix.slice(-1800), suffix: prompt.suffix.slice(0, 600) }, targets.length), targets);
}
