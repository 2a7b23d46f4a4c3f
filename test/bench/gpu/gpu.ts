import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TimedEngine } from '../growth/timedEngine';
import { ensureModel } from '../peers/model/folder';
import { shapes } from '../peers/model/shapes';
import { machine } from '../peers/report';
import { freshIds } from '../peers/rounds';
import { summarize } from '../statistics';

interface World {
	readonly root: string;
	readonly args: readonly string[];
}

const help = `npm run bench:gpu -- [flags]    the same model on the processor and on the graphics card, in turns
  --models <list>   built-in, or a size and bits of random weights: 45M-4, 45M-8, 60M-4, 500M-4 (built-in,45M-4,500M-4)
  --threads <n>     threads on the processor (4)
  --rounds <n>      rounds, the order changing with each (3)
  --json            the results once more as one last line of JSON`;

const devices = ['cpu', 'webgpu'] as const;
const newTokens = 32;

/** One measure of one model: medians by device, in the unit its name says, and how many times as fast the card is. */
interface Row {
	readonly measure: string;
	readonly cpu: number;
	readonly webgpu: number;
	readonly faster: number;
}

/** Prints a table for each model; resolves to the exit status. */
export async function gpu({ root, args }: World): Promise<number> {
	const { values: flags } = parseArgs({
		args: [...args],
		options: {
			models: { type: 'string', default: 'built-in,45M-4,500M-4' },
			threads: { type: 'string', default: '4' },
			rounds: { type: 'string', default: '3' },
			json: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (flags.help) {
		console.log(help);
		return 0;
	}
	const threads = Number(flags.threads);
	const results: { readonly model: string; readonly rows: readonly Row[]; readonly sameTokens: number }[] = [];
	for (const model of flags.models.split(',')) {
		const result = {
			model,
			...(await measure(root, folderOf(root, model), { threads, rounds: Number(flags.rounds) })),
		};
		print(result);
		results.push(result);
	}
	if (flags.json) console.log(JSON.stringify({ bench: 'gpu', ...machine(threads), results }));
	return 0;
}

/** The folder of a model by its name in the flags. Throws for a name that is none. */
function folderOf(root: string, name: string): string {
	if (name === 'built-in') return join(root, 'models', 'inkling-code');
	const [size, bits] = name.split('-');
	const shape = Object.values(shapes).find(shape => shape.name === size);
	if (!shape || (bits !== '4' && bits !== '8')) throw new Error(`No such model: ${name}.`);
	return ensureModel(join(root, '.cache', 'bench-peers'), shape, bits === '4' ? 4 : 8).ours;
}

interface Effort {
	readonly threads: number;
	readonly rounds: number;
}

async function measure(
	root: string,
	folder: string,
	{ threads, rounds }: Effort,
): Promise<{ readonly rows: readonly Row[]; readonly sameTokens: number }> {
	const engines: TimedEngine[] = [];
	try {
		for (const device of devices) engines.push(await TimedEngine.start(root, folder, { device, threads }));
		const samples = new Map<string, number[][]>([['load, ms', engines.map(({ loadMs }) => [loadMs])]]);
		for (let round = -1; round < rounds; round++)
			for (let turn = 0; turn < devices.length; turn++) {
				const index = (turn + round + 1) % devices.length;
				const values = await oneRound(engines[index]!, round + 2);
				// In the first round the card's programs are compiled.
				if (round >= 0) for (const [name, value] of values) samplesOf(samples, name)[index]!.push(value);
			}
		return { rows: [...samples].map(rowOf), sameTokens: await agreement(engines) };
	} finally {
		for (const engine of engines) engine.dispose();
	}
}

function samplesOf(samples: Map<string, number[][]>, name: string): number[][] {
	const found = samples.get(name) ?? devices.map(() => []);
	samples.set(name, found);
	return found;
}

function rowOf([measure, [cpu, webgpu]]: readonly [string, readonly (readonly number[])[]]): Row {
	const [slow, fast] = [cpu!, webgpu!].map(values => summarize(values, '')!.median) as [number, number];
	return { measure, cpu: slow, webgpu: fast, faster: Number((slow / fast).toPrecision(3)) };
}

/** Prompts, tokens after them, and a keystroke, as far as the model's context reaches. */
async function oneRound(engine: TimedEngine, round: number): Promise<readonly [string, number][]> {
	const values: [string, number][] = [];
	const prompt = (length: number): readonly number[] => freshIds(length, round * 31 + length).map(id => id % 8000);
	for (const length of [128, 512, 2048].filter(length => length + newTokens <= engine.contextTokens)) {
		values.push([`prompt of ${length}, ms`, (await engine.answer(prompt(length), 1)).prefillMs]);
		const { decodeMs } = await engine.answer(prompt(length), newTokens);
		values.push([`a token after ${length}, ms`, decodeMs / (newTokens - 1)]);
	}
	const cached = prompt(900);
	await engine.answer(cached, 1);
	const typed = [...cached, ...freshIds(3, round + 7).map(id => id % 8000)];
	values.push(['keystroke of 3 tokens behind 900, 16 generated, ms', (await engine.answer(typed, 16)).totalMs]);
	return values;
}

/** Share of 20 prompts after which both devices choose the same first token. */
async function agreement(engines: readonly TimedEngine[]): Promise<number> {
	let same = 0;
	for (let index = 0; index < 20; index++) {
		const ids = freshIds(24, 1000 + index).map(id => id % 8000);
		const [first, second] = [await engines[0]!.first(ids), await engines[1]!.first(ids)];
		if (first === second) same++;
	}
	return same / 20;
}

function print({ model, rows, sameTokens }: { model: string; rows: readonly Row[]; sameTokens: number }): void {
	console.log(`\n${model} (same first token: ${Math.round(sameTokens * 100)} %)\n`);
	console.log('| | processor | graphics card | times as fast |\n| --- | --- | --- | --- |');
	for (const { measure, cpu, webgpu, faster } of rows) console.log(`| ${measure} | ${cpu} | ${webgpu} | ${faster} |`);
}
