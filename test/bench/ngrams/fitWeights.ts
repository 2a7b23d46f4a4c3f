import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { silentLog } from '../../../src/base';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import { type FillPrompt } from '../../../src/generation';
import { type MixtureWeights } from '../../../src/engine/ngrams';
import { bitsPerToken, fitWeights } from './fit';
import { observe, type Observation } from './observations';
import { byPackage, cursorsOf, halves, lineEnd, readSourceFiles, shuffled, type Cursor } from './texts';
import { Workspace } from './workspace';

/** A place shows this much text after the cursor, to the end of the line: reading what is before it takes longest. */
const shownCharacters = 360;
/** Text around the cursor in a prompt: about 500 and 170 tokens. */
export const prefixCharacters = 1800;
export const suffixCharacters = 600;
const mostWorkspaceFiles = 60;
const cursorsPerFile = 2;

/** `npm run fit:ngrams`: fits the weights of the n-gram mixture and writes them where the engine reads them. The cursors are in
 * packages that the model was not trained on, as a user's are: it is surer of text it has read, and has less to learn from its neighbours. */
export async function fitNgrams(root: string, args: readonly string[]): Promise<number> {
	const { values: flags } = parseArgs({
		args: [...args],
		options: {
			model: { type: 'string', default: join(root, 'models', 'inkling-code') },
			data: { type: 'string', default: join(root, '.cache', 'recipe', 'gpu') },
			seconds: { type: 'string', default: '100' },
		},
	});
	const file = join(root, 'src', 'engine', 'ngrams', 'fittedWeights.json');
	const model = await loadCodeModel(flags.model);
	const observations = await gather(model, flags.data, Number(flags.seconds) * 1000);
	const start = JSON.parse(await readFile(file, 'utf8')) as MixtureWeights;
	const weights = fitWeights(observations, start);
	const bits = bitsPerToken(observations, weights);
	const source = `${observations.length} tokens at cursors in unseen packages, model ${model.info.id}: ${bits.alone.toFixed(3)} bits a token alone, ${bits.mixed.toFixed(3)} mixed`;
	console.log(source);
	console.log(weights);
	const options = await resolveConfig(file);
	await writeFile(file, await format(JSON.stringify({ source, ...weights }), { ...options, filepath: file }));
	return 0;
}

export function loadCodeModel(folder: string): Promise<LoadedModel> {
	const context = { log: silentLog, now: () => performance.now(), onProgress: () => undefined };
	return loadModel({ folder, device: 'cpu', threads: 1, cacheBytes: 64 << 20 }, context);
}

/** Cursors in the files of half of the unseen packages, the other files being the workspace, until the time is up. */
async function gather(model: LoadedModel, folder: string, budgetMs: number): Promise<readonly Observation[]> {
	const unseen = byPackage(await readSourceFiles(join(folder, 'unseen_packages.jsonl')));
	const observations: Observation[] = [];
	const deadline = performance.now() + budgetMs;
	const packages = halves(unseen).fitted;
	for (const [index, name] of packages.entries()) {
		// Every package gets the same share of the time that is left.
		const until = performance.now() + (deadline - performance.now()) / (packages.length - index);
		const files = shuffled(unseen.get(name)!, ({ path }) => path).slice(0, mostWorkspaceFiles);
		const workspace = new Workspace(model, files);
		for (const file of files) {
			if (performance.now() > until) break;
			await workspace.around(file, async () => {
				for (const cursor of cursorsOf(file, cursorsPerFile))
					observations.push(...(await observeCursor(model, cursor)));
			});
		}
	}
	return observations;
}

/** A few lines after a cursor, and the text behind them, as while typing in the middle of a file. */
export function shownText({ line, suffix }: Cursor): { readonly shown: string; readonly behind: string } {
	const rest = line + suffix;
	const end = lineEnd(rest, Math.min(rest.length, shownCharacters));
	return { shown: rest.slice(0, end), behind: rest.slice(end) };
}

/** Reads those lines token by token. */
export async function observeCursor(model: LoadedModel, cursor: Cursor): Promise<readonly Observation[]> {
	const { shown, behind } = shownText(cursor);
	const targets = model.tokenizer.encode(shown);
	const prompt: FillPrompt = {
		kind: 'fill',
		prefix: cursor.prefix.slice(-prefixCharacters),
		suffix: behind.slice(0, suffixCharacters),
		extension: cursor.file.extension,
		snippets: [],
	};
	return observe(model, model.buildPrompt(prompt, targets.length), targets);
}
