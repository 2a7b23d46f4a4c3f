import { readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, platform } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLog } from '../../../src/base';
import { CliEngines } from '../../../src/cli/engines';
import { readManifestDefaults } from '../../../src/cli/manifestDefaults';
import { greedy, type GenerateRequest, type TextGenerator } from '../../../src/generation';

interface World {
	readonly root: string;
	readonly cwd: string;
	readonly args: readonly string[];
}

/** One string to translate into a language. */
interface Question {
	readonly text: string;
	readonly to: string;
}

/** What one model said, with the engine's own times. */
interface Answer {
	readonly text: string;
	readonly tokenIds: readonly number[];
	readonly reason: string;
	readonly promptTokens: number;
	readonly newTokens: number;
	readonly prefillMs: number;
	readonly decodeMs: number;
}

const help = `node test/bench/families/run.mjs [flags]
  --model <name=folder>  a model under a name; give it once for each
  --questions <file>     JSON: a list of { text, to }
  --answers <file>       where the answers go
  --max-tokens <n>       longest answer (64)`;

/** Every model answers every question greedily on one thread, one after another, so that a busy moment hits all of them. */
export async function families({ root, cwd, args }: World): Promise<number> {
	const text = { type: 'string' } as const;
	const { values } = parseArgs({
		args: [...args],
		options: {
			model: { type: 'string', multiple: true, default: [] },
			questions: text,
			answers: text,
			'max-tokens': { type: 'string', default: '64' },
		},
	});
	const { questions: questionFile, answers: answerFile } = values;
	if (values.model.length === 0 || questionFile === undefined || answerFile === undefined) {
		console.error(help);
		return 1;
	}
	const questions = JSON.parse(await readFile(resolve(cwd, questionFile), 'utf8')) as readonly Question[];
	const engines = new CliEngines({
		root,
		cwd,
		options: { threads: 1, device: 'cpu', batch: false, verbose: false, help: false },
		defaults: await readManifestDefaults(root),
		log: silentLog,
	});
	try {
		const models = await load(values.model, engines, cwd);
		const answers = await askInTurns(models, questions, Number(values['max-tokens']));
		const processors = cpus();
		const machine = { platform: platform(), arch: arch(), processor: processors[0]?.model, cores: processors.length };
		await writeFile(resolve(cwd, answerFile), JSON.stringify({ machine, answers }), 'utf8');
		return 0;
	} finally {
		engines.dispose();
	}
}

async function load(
	named: readonly string[],
	engines: CliEngines,
	cwd: string,
): Promise<ReadonlyMap<string, TextGenerator>> {
	const models = new Map<string, TextGenerator>();
	for (const entry of named) {
		const [name, folder] = entry.split('=');
		if (!name || !folder) throw new Error(`--model ${entry} has no name or no folder. Write name=folder.`);
		models.set(name, await engines.load(resolve(cwd, folder)));
	}
	return models;
}

async function askInTurns(
	models: ReadonlyMap<string, TextGenerator>,
	questions: readonly Question[],
	maxTokens: number,
): Promise<Readonly<Record<string, readonly Answer[]>>> {
	const answers = new Map([...models.keys()].map(name => [name, [] as Answer[]] as const));
	for (const [index, question] of questions.entries()) {
		if (index % 100 === 0) console.error(`${index} of ${questions.length} questions`);
		for (const [name, generator] of models) answers.get(name)!.push(await ask(generator, question, maxTokens));
	}
	return Object.fromEntries(answers);
}

async function ask(generator: TextGenerator, { text, to }: Question, maxTokens: number): Promise<Answer> {
	const request: GenerateRequest = {
		prompt: { kind: 'task', task: 'translate', text, values: { language: to }, messages: [] },
		maxTokens,
		sampling: greedy,
		stop: [],
		priority: 'command',
		ngramCache: false,
	};
	let answer = '';
	for await (const event of generator.generate(request, new AbortController().signal)) {
		if (event.type === 'done') {
			const { reason, tokenIds, usage } = event;
			const { promptTokens, newTokens, prefillMs, decodeMs } = usage;
			return { text: answer, tokenIds, reason, promptTokens, newTokens, prefillMs, decodeMs };
		}
		answer += event.text;
	}
	throw new Error('The engine did not say that it was done.');
}
