import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Contestant } from './contestant';
import { readBandwidth } from './machineLoad';
import { ensureModel, type ModelFiles } from './model/folder';
import { shapes, weightsOf, type Shape } from './model/shapes';
import { type Bits } from './model/weights';
import { OtherProcess } from './otherProcess';
import { Ours } from './ours';
import { compare, type Comparison, type Sample } from './paired';
import { machine, printComparisons, type SizeResult } from './report';
import { freshIds, runRounds, type Plan } from './rounds';

interface World {
	readonly root: string;
	readonly args: readonly string[];
}

const help = `npm run bench:peers -- [flags]    speed beside llama.cpp and transformers.js, on the same random weights
  --sizes <list>    45M, 60M, 500M (all)
  --bits <list>     4, 8 (both)
  --threads <n>     threads of every contestant (cores less one)
  --rounds <n>      rounds, everything in turns in each (5)
  --contexts <list> tokens before the decoding that is measured (128,1024,4096)
  --prompts <list>  tokens of the prompts whose first token is measured (128,512,2048)
  --json            the results once more as one last line of JSON`;

/** The whole comparison; resolves to the exit status. */
export async function peers({ root, args }: World): Promise<number> {
	const { values: flags } = parseArgs({
		args: [...args],
		options: {
			sizes: { type: 'string', default: '45M,60M,500M' },
			bits: { type: 'string', default: '4,8' },
			threads: { type: 'string', default: String(Math.max(1, cpus().length - 1)) },
			rounds: { type: 'string', default: '5' },
			contexts: { type: 'string', default: '128,1024,4096' },
			prompts: { type: 'string', default: '128,512,2048' },
			json: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (flags.help) {
		console.log(help);
		return 0;
	}
	const plan: Plan = {
		rounds: Number(flags.rounds),
		prefill: flags.prompts.split(',').map(Number),
		decode: flags.contexts.split(',').map(Number),
		newTokens: 24,
		keystroke: { cached: 1000, fresh: 3, generated: 16 },
	};
	const facts = machine(Number(flags.threads));
	const results: SizeResult[] = [];
	for (const size of flags.sizes.split(','))
		for (const bits of flags.bits.split(',').map(Number)) {
			const shape = Object.values(shapes).find(({ name }) => name === size);
			if (!shape || (bits !== 4 && bits !== 8)) throw new Error(`No such size or width: ${size}, ${bits} bits.`);
			const result = await measureSize(root, shape, bits, { plan, threads: facts.threads });
			printComparisons(result);
			results.push(result);
		}
	if (flags.json) console.log(JSON.stringify({ bench: 'peers', ...facts, results }));
	return 0;
}

interface Settings {
	readonly plan: Plan;
	readonly threads: number;
}

async function measureSize(root: string, shape: Shape, bits: Bits, { plan, threads }: Settings): Promise<SizeResult> {
	const folder = join(root, '.cache', 'bench-peers');
	progress(`${shape.name}, ${bits} bits: making the model`);
	const files = ensureModel(folder, shape, bits);
	const starts = contestantsOf(root, files, threads);
	const loads = await measureLoads(starts, plan.rounds);
	const contestants = starts.map(start => start());
	try {
		for (const contestant of contestants) await contestant.load();
		const agreement = await agreementOf(contestants);
		const pids = (): readonly number[] => contestants.map(({ pid }) => pid);
		const samples = await runRounds(contestants, pids, plan, text => progress(`${shape.name}, ${bits} bits, ${text}`));
		const comparisons: Comparison[] = [compare('load', 'ms', loads)];
		for (const [name, list] of samples)
			comparisons.push(compare(name, name.startsWith('decode') ? 'ms/token' : 'ms', list));
		const memory = { values: contestants.map(one => one.peakMemory() / 2 ** 20), foreign: undefined };
		comparisons.push(compare('peak memory', 'MiB', [memory]));
		return {
			size: shape.name,
			bits,
			contestants: contestants.map(({ name }) => name),
			comparisons,
			agreement,
			weightBytes: weightsOf(shape) * (bits / 8 + 4 / 128),
			bandwidth: Math.max(readBandwidth(), readBandwidth(), readBandwidth()),
		};
	} finally {
		for (const contestant of contestants) contestant.dispose();
	}
}

/** What starts each contestant's process, ours first. */
function contestantsOf(root: string, files: ModelFiles, threads: number): readonly (() => Contestant)[] {
	const script = (name: string): string => join(root, 'test', 'bench', 'peers', name);
	const llama = { file: files.gguf, threads, contextTokens: 4608, flashAttention: true };
	const transformers = { folder: files.published, threads };
	return [
		() => new Ours(root, files.ours, threads),
		() => new OtherProcess({ name: 'llama.cpp', script: script('llama.mjs'), options: llama }),
		() => new OtherProcess({ name: 'transformers.js', script: script('transformers.mjs'), options: transformers }),
	];
}

/** From nothing to a first token, the start of the process included; the files are in the system's cache after the first round,
 * which does not count. */
async function measureLoads(starts: readonly (() => Contestant)[], rounds: number): Promise<readonly Sample[]> {
	const samples: Sample[] = [];
	for (let round = 0; round <= rounds; round++) {
		const values: number[] = [];
		for (const start of starts) values.push(await loadTime(start));
		if (round > 0) samples.push({ values, foreign: undefined });
	}
	return samples;
}

async function loadTime(start: () => Contestant): Promise<number> {
	const startedAt = performance.now();
	const contestant = start();
	try {
		await contestant.load();
		return performance.now() - startedAt;
	} finally {
		contestant.dispose();
	}
}

/** Share of prompts after which a peer's first greedy token is ours. The weights are the same; rounding of activations is not. */
async function agreementOf([ours, ...others]: readonly Contestant[]): Promise<readonly number[]> {
	const prompts = Array.from({ length: 20 }, (_, index) => freshIds(24, 1000 + index));
	const expected = await Promise.all(prompts.map(ids => ours!.greedy(ids, 1)));
	const shares: number[] = [];
	for (const other of others) {
		let same = 0;
		for (const [index, ids] of prompts.entries()) if ((await other.greedy(ids, 1))[0] === expected[index]![0]) same++;
		shares.push(same / prompts.length);
	}
	return shares;
}

const progress = (text: string): void => void process.stderr.write(`${text}\n`);
