import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Answer } from '../../../src/engine/answer';
import { type LoadedModel } from '../../../src/engine/loadedModel';
import { fittedWeights } from '../../../src/engine/ngrams';
import { type GenerateRequest } from '../../../src/generation';
import { summarize } from '../statistics';
import { bitsPerToken } from './fit';
import { loadCodeModel, observeCursor, prefixCharacters, shownText, suffixCharacters } from './fitWeights';
import { type Observation } from './observations';
import { byPackage, cursorsOf, halves, readSourceFiles, shuffled, type Cursor } from './texts';
import { Workspace } from './workspace';

const lineTokens = 40;

/** What was found with one kind of memory. */
class Results {
	lines = 0;
	right = { without: 0, with: 0 };
	bytes = 0;
	readonly observations: Observation[] = [];
	/** Decode time a token with and without, one after the other on the same prompt. */
	readonly ratios: number[] = [];
	readonly msPerToken: { readonly without: number[]; readonly with: number[] } = { without: [], with: [] };
}

/** `npm run bench:ngrams`: lines finished exactly, bits a byte and decode time with and without the n-gram cache, on held-out packages
 * whose other files are the workspace. */
export async function measureNgrams(root: string, args: readonly string[]): Promise<number> {
	const { values: flags } = parseArgs({
		args: [...args],
		options: {
			model: { type: 'string', default: join(root, 'models', 'inkling-code') },
			data: { type: 'string', default: join(root, '.cache', 'recipe', 'gpu', 'unseen_packages.jsonl') },
			files: { type: 'string', default: '80' },
			cursors: { type: 'string', default: '2' },
		},
	});
	const model = await loadCodeModel(flags.model);
	const all = await readSourceFiles(flags.data);
	// The weights were fitted with the other half.
	const measured = new Set(halves(byPackage(all)).measured);
	const files = all.filter(file => measured.has(file.package));
	const chosen = new Set(shuffled(files, ({ package: name, path }) => `${name}/${path}`).slice(0, Number(flags.files)));
	const results = { document: new Results(), workspace: new Results() };
	for (const [, all] of byPackage(files)) {
		const current = all.filter(file => chosen.has(file));
		for (const kind of ['document', 'workspace'] as const) {
			const workspace = new Workspace(model, kind === 'workspace' ? all : []);
			for (const file of current)
				for (const cursor of cursorsOf(file, Number(flags.cursors)))
					await workspace.around(file, () => measureCursor(model, cursor, results[kind]));
		}
	}
	for (const [kind, result] of Object.entries(results)) print(kind, result);
	return 0;
}

async function measureCursor(model: LoadedModel, cursor: Cursor, results: Results): Promise<void> {
	const turn = results.lines++;
	// Whoever comes second finds the prompt in the KV cache; only decoding is timed, and they take turns.
	for (const ngramCache of turn % 2 === 0 ? [false, true] : [true, false]) {
		const { text, msPerToken } = await complete(model, cursor, ngramCache);
		const key = ngramCache ? 'with' : 'without';
		if (text.trimEnd() === cursor.line.trimEnd()) results.right[key]++;
		results.msPerToken[key].push(msPerToken);
	}
	results.ratios.push(results.msPerToken.with.at(-1)! / results.msPerToken.without.at(-1)!);
	results.observations.push(...(await observeCursor(model, cursor)));
	results.bytes += Buffer.byteLength(shownText(cursor).shown);
}

async function complete(
	model: LoadedModel,
	{ file, prefix, line, suffix }: Cursor,
	ngramCache: boolean,
): Promise<{ readonly text: string; readonly msPerToken: number }> {
	const request: GenerateRequest = {
		prompt: {
			kind: 'fill',
			prefix: prefix.slice(-prefixCharacters),
			suffix: suffix.slice(0, suffixCharacters),
			extension: file.extension,
			snippets: [],
		},
		maxTokens: lineTokens,
		sampling: { temperature: 0 },
		stop: line === '' ? [] : ['\n'],
		priority: 'typing',
		ngramCache,
	};
	let text = '';
	let msPerToken = 0;
	const failed = (error: unknown): void => {
		throw error;
	};
	const answer = new Answer(
		model,
		request,
		{
			text: delivery => (text += delivery.text),
			done: (_, { decodeMs, newTokens }) => (msPerToken = decodeMs / Math.max(1, newTokens - 1)),
			failed,
		},
		() => performance.now(),
	);
	while (!(await answer.step(() => false)));
	return { text, msPerToken };
}

function print(kind: string, { lines, right, bytes, observations, ratios, msPerToken }: Results): void {
	const bits = bitsPerToken(observations, fittedWeights);
	const perByte = (each: number): string => ((each * observations.length) / bytes).toFixed(4);
	const percent = (count: number): string => ((100 * count) / lines).toFixed(1);
	console.log(`memory: ${kind}; ${lines} cursors, ${observations.length} tokens, ${bytes} bytes`);
	console.log(`  exact lines, %: without ${percent(right.without)}, with ${percent(right.with)}`);
	console.log(`  bits a byte: without ${perByte(bits.alone)}, with ${perByte(bits.mixed)}`);
	for (const [name, values] of Object.entries({ ratio: ratios, ...msPerToken }))
		console.log(
			`  decode ms a token, ${name}:`,
			JSON.stringify(
				summarize(
					values.filter(value => value > 0),
					name === 'ratio' ? 'x' : 'ms',
				),
			),
		);
}
