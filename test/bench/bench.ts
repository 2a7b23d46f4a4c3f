import { arch, cpus, loadavg, platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { readManifestDefaults } from '../../src/cli/manifestDefaults';
import { type TextGenerator } from '../../src/generation';
import { declareActivation, measureActivation } from './activation';
import { hostDelayDuring } from './hostDelay';
import { declareKeystrokes, measureColdEngine, measureKeystrokes } from './keystrokes';
import { Measurements } from './measurements';
import { readRecordings, type Recording } from './recording';
import { declareReplay, Replay } from './replay';
import { measureSizes } from './sizes';
import { Target } from './target';
import { declareThroughput, measureThroughput } from './throughput';

interface World {
	readonly root: string;
	readonly cwd: string;
	readonly args: readonly string[];
}

const help = `npm run bench -- [flags]
  --model <folder>      model folder, or the name of a built-in model
  --threads <n>         threads of the engine
  --rounds <n>          rounds, all measures interleaved (5; 2 with --quick)
  --keystrokes <n>      keystrokes replayed in a round (60; 20 with --quick)
  --recording <file>    typing session to replay (an excerpt of a real one)
  --quick               a smoke test of at most 30 seconds
  --json                the results once more as one last line of JSON`;

/** The whole benchmark; resolves to the exit status. */
export async function bench({ root, cwd, args }: World): Promise<number> {
	const { values: flags } = parseArgs({
		args: [...args],
		options: {
			model: { type: 'string' },
			threads: { type: 'string' },
			rounds: { type: 'string' },
			keystrokes: { type: 'string' },
			recording: { type: 'string' },
			quick: { type: 'boolean', default: false },
			json: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (flags.help) {
		console.log(help);
		return 0;
	}
	const target = await Target.open(root, cwd, {
		...(flags.model === undefined ? {} : { model: flags.model }),
		...(flags.threads === undefined ? {} : { threads: count(flags.threads, 'threads') }),
	});
	const plan: Plan = {
		target,
		quick: flags.quick,
		rounds: count(flags.rounds ?? (flags.quick ? '2' : '5'), 'rounds'),
		keystrokes: count(flags.keystrokes ?? (flags.quick ? '20' : '60'), 'keystrokes'),
		recording: await readRecordings(
			flags.recording === undefined ? target.defaultRecordings : [resolve(cwd, flags.recording)],
		),
	};
	const measurements = new Measurements();
	const otherWork = loadavg()[0]!;
	if (otherWork > cpus().length * 0.5)
		measurements.remark(
			`The machine was busy: on average ${otherWork.toFixed(1)} programs ran on ${cpus().length} cores before the start.`,
		);
	const { model, totals } = await target.withEngine(load => runRounds(plan, load, measurements));
	await measureSizes(root, measurements);
	const facts = {
		model: model.id,
		device: model.device,
		contextTokens: model.contextTokens,
		...machine(),
		rounds: plan.rounds,
	};
	print(facts, totals, measurements);
	if (flags.json) console.log(JSON.stringify({ bench: 'inkling', ...facts, replay: totals, ...measurements.toJSON() }));
	return 0;
}

interface Plan {
	readonly target: Target;
	readonly quick: boolean;
	readonly rounds: number;
	readonly keystrokes: number;
	readonly recording: Recording;
}

type Load = () => Promise<TextGenerator>;

async function runRounds(
	plan: Plan,
	load: Load,
	measurements: Measurements,
): Promise<{ readonly model: TextGenerator['model']; readonly totals: Replay['totals'] }> {
	declareKeystrokes(measurements);
	declareReplay(measurements);
	const lengths = declareThroughput(measurements, plan.quick);
	declareHost(measurements);
	declareActivation(measurements);
	const generator = await load();
	const source = longestStart(plan.recording);
	const { timeLimitMs, minimumConfidence } = await readManifestDefaults(plan.target.root);
	const settings = { timeLimitMs, minimumProbability: minimumConfidence };
	const replay = new Replay(load, plan.recording, settings, measurements);
	try {
		for (let round = 0; round < plan.rounds; round++) {
			await measureActivation(plan.target.root, measurements);
			await plan.target.withEngine(own => measureColdEngine(own, source, measurements));
			await measureKeystrokes(load, source, round, measurements);
			await measureHost(() => measureThroughput(generator, lengths, source, measurements), measurements);
			if (!(await replay.round(plan.keystrokes)))
				measurements.remark('The recording was shorter than the rounds asked for.');
		}
	} finally {
		replay.dispose();
	}
	return { model: generator.model, totals: replay.totals };
}

function declareHost(measurements: Measurements): void {
	measurements.declare(
		'host.generating.delay.p99.ms',
		'ms',
		'host event loop, prefill and decode: p99 delay of a round',
	);
	measurements.declare('host.generating.delay.max.ms', 'ms', 'host event loop, prefill and decode: longest delay');
	measurements.declare('host.idle.delay.p99.ms', 'ms', 'host event loop, idle for comparison: p99 delay');
	measurements.remark(
		'host.*: how late timers of the process that drives the engine fire (here this benchmark, in VS Code the extension host).',
	);
}

async function measureHost(work: () => Promise<void>, measurements: Measurements): Promise<void> {
	const idle = await hostDelayDuring(() => delay(500));
	measurements.add('host.idle.delay.p99.ms', idle.p99);
	const { p99, max } = await hostDelayDuring(work);
	measurements.add('host.generating.delay.p99.ms', p99);
	measurements.add('host.generating.delay.max.ms', max);
}

/** A real source file to type into and to make prompts of. */
function longestStart({ documents }: Recording): string {
	return documents
		.map(({ start }) => start)
		.reduce((longest, start) => (start.length > longest.length ? start : longest), '');
}

interface Facts {
	readonly model: string;
	readonly device: string;
	readonly contextTokens: number;
	readonly processor: string;
	readonly cores: number;
	readonly node: string;
	readonly system: string;
	readonly rounds: number;
}

function machine(): Pick<Facts, 'processor' | 'cores' | 'node' | 'system'> {
	const all = cpus();
	return {
		processor: all[0]?.model.trim() ?? '',
		cores: all.length,
		node: process.version,
		system: `${platform()}-${arch()}`,
	};
}

function print(facts: Facts, totals: Replay['totals'], measurements: Measurements): void {
	const { model, device, contextTokens, processor, cores, node, system, rounds } = facts;
	console.log(
		`${model} on ${device}, ${contextTokens} tokens of context; ${rounds} rounds, all measures in turn in each.`,
	);
	console.log(`${cores} x ${processor}, ${system}, Node ${node}.\n`);
	console.log(measurements.table());
	const { keystrokes, engineRequests, promptTokens, reusedTokens, promptTokensTypingOn, reusedTokensTypingOn } = totals;
	const per100 = ((engineRequests / keystrokes) * 100).toFixed(1);
	const reused = percent(reusedTokens, promptTokens);
	const reusedTypingOn = percent(reusedTokensTypingOn, promptTokensTypingOn);
	console.log(
		`\nReplay over all: ${keystrokes} keystrokes, ${engineRequests} engine requests (${per100} per 100), ${reused} % of ${promptTokens} prompt tokens reused; typing on at the same place ${reusedTypingOn} % of ${promptTokensTypingOn}.`,
	);
}

function percent(part: number, whole: number): string {
	return whole === 0 ? '-' : ((part / whole) * 100).toFixed(1);
}

function count(text: string, name: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1)
		throw new Error(`--${name} must be a whole number from 1, not ${text}.`);
	return value;
}
