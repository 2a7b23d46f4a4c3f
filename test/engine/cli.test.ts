import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect, never, requestFor, startInProcess } from '../helpers/inProcessEngine';
import { modelFolder } from '../helpers/references';

const script = resolve(import.meta.dirname, '../harness/cli.mjs');
const model = modelFolder('tiny-gqa');
let folder = '';
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'inkling-cli-'));
	// Sets up and builds when needed, which the tests below should not have to wait for.
	spawnSync(process.execPath, [script, '--help'], { env: environment(), timeout: 300_000 });
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** As npm starts it: from the project's folder, with the caller's own folder on the side. */
function environment(): NodeJS.ProcessEnv {
	return { ...process.env, INIT_CWD: folder, XDG_CACHE_HOME: folder, LOCALAPPDATA: folder };
}

type Result = Readonly<Record<string, unknown>>;

function run(
	args: readonly string[],
	input = '',
): { readonly status: number | null; readonly results: readonly Result[] } {
	const { status, stdout } = spawnSync(process.execPath, [script, ...args, '--model', model], {
		env: environment(),
		input,
		encoding: 'utf8',
		timeout: 60_000,
	});
	const lines = stdout.split('\n').filter(line => line !== '');
	return { status, results: lines.map(line => JSON.parse(line) as Result) };
}

describe('devices', () => {
	test('times the CPU, gives the reason for what cannot be used, and remembers what auto is', () => {
		const { status, results } = run(['devices', '--threads', '1']);
		expect(status).toBe(0);
		const { device, devices } = results[0] as { device: string; devices: readonly Result[] };
		const cpu = devices.find(one => one.device === 'cpu')!;
		for (const measure of ['prefillMs', 'decodeMs', 'totalMs']) expect(cpu[measure]).toBeGreaterThan(0);
		for (const one of devices) expect(one.totalMs ?? one.obstacle).toBeDefined();
		const answer = run(['generate', '--prompt', 'let ', '--max-tokens', '2', '--threads', '1']);
		expect(answer.results[0]).toMatchObject({ device });
		const remembered = readdirSync(join(folder, 'inkling', 'devices'));
		expect(remembered.filter(name => name.endsWith('.json'))).toHaveLength(1);
	}, 120_000);
});

describe('generate', () => {
	// That engine's tokens are PyTorch's: answers.test.ts.
	test('gives the tokens of the engine, from a file relative to the caller', async () => {
		const text = 'export async function load(path: string) {\n\treturn ';
		writeFileSync(join(folder, 'prompt.ts'), text);
		const maxTokens = 24;
		const engine = await startInProcess('tiny-gqa');
		const prompt = { kind: 'continue', text, extension: 'ts' } as const;
		const expected = await collect(
			engine.client.generate({ ...requestFor([], { maxTokens, ngramCache: false }), prompt }, never),
		);
		engine.dispose();
		const { status, results } = run(['generate', '--prompt-file', 'prompt.ts', '--max-tokens', String(maxTokens)]);
		expect(status).toBe(0);
		expect(results).toHaveLength(1);
		expect(results[0]).toMatchObject({
			text: expected.text,
			tokenIds: expected.done.tokenIds,
			reason: 'length',
			promptTokens: expected.done.usage.promptTokens,
			reusedTokens: 0,
			newTokens: maxTokens,
			model: 'tiny-gqa',
			device: 'cpu',
		});
		for (const measure of ['prefillMs', 'decodeMs', 'firstTextMs', 'totalMs'])
			expect(results[0]![measure]).toBeGreaterThan(0);
	});

	test('the same seed gives the same text, another seed another', () => {
		const job = { prompt: 'export function ', extension: 'ts', maxTokens: 24, temperature: 1 };
		const jobs = [7, 7, 8].map(seed => JSON.stringify({ ...job, seed })).join('\n');
		const { results } = run(['generate', '--batch'], jobs);
		expect(results[1]!.text).toBe(results[0]!.text);
		expect(results[2]!.text).not.toBe(results[0]!.text);
	});

	test('beam search gives its best texts, best first', () => {
		const beams = ['--beams', '4', '--candidates', '3', '--length-penalty', '0.5', '--early-stopping', 'never'];
		const { status, results } = run(['generate', '--prompt', 'function ', ...beams, '--no-repeat-ngram', '3']);
		expect(status).toBe(0);
		const alternatives = results[0]!.alternatives as readonly { text: string; score: number }[];
		expect(alternatives).toHaveLength(3);
		expect(alternatives[0]!.text).toBe(results[0]!.text);
		expect(alternatives[0]!.score).toBeGreaterThanOrEqual(alternatives[2]!.score);
	});

	test('a model that is not there is a coded error and status 1', () => {
		const { status, stdout } = spawnSync(process.execPath, [script, 'generate', '--prompt', 'x', '--model', './none'], {
			env: environment(),
			encoding: 'utf8',
		});
		expect(status).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({
			error: { code: 'modelMissing', message: expect.stringContaining(join(folder, 'none')) as string },
		});
	});
});

describe('complete', () => {
	const prefix = 'export function add(a: number, b: number): number {\n  return ';

	test('a batch keeps the engine, answers in order, and a bad line costs only itself', () => {
		const jobs = [
			JSON.stringify({ id: 'first', prefix, suffix: '\n}\n', language: 'typescript' }),
			'{"id":',
			JSON.stringify({ id: 'third', prefix, suffix: '\n}\n', language: 'typescript' }),
			JSON.stringify({ id: 'word', text: 'const name = 1;', offset: 8, language: 'typescript' }),
			JSON.stringify({ id: 'far', text: 'const', offset: 6 }),
		];
		const { status, results } = run(['complete', '--batch'], jobs.join('\n'));
		expect(status).toBe(1);
		expect(results.map(({ id }) => id)).toEqual(['first', undefined, 'third', 'word', 'far']);
		const [first, bad, third, word, far] = results;
		expect(bad).toMatchObject({ error: { code: 'badRequest' } });
		expect(far).toMatchObject({ error: { code: 'badRequest', message: expect.stringContaining('outside') as string } });
		expect(word).toMatchObject({ text: '', reason: 'middleOfWord', tokenIds: [] });
		// The same prompt in the same process: all of it is still in the KV cache, and the answer is the same.
		expect(first!.reusedTokens).toBe(0);
		expect(third!.reusedTokens).toBeGreaterThan((third!.promptTokens as number) - 3);
		expect(third!.text).toBe(first!.text);
		expect(third!.modelText).toBe(first!.modelText);
		expect(first!.tokenIds).not.toEqual([]);
	});
});

describe('task', () => {
	test('runs the template that ships in the format the model was trained for', () => {
		writeFileSync(join(folder, 'text.md'), 'One line of text.\n');
		const { status, results } = run(['task', '--template', 'translate', '--set', 'language=zh', '--file', 'text.md']);
		expect(status).toBe(0);
		expect(results[0]).toMatchObject({ template: 'translate', method: 'trained', model: 'tiny-gqa' });
		expect(results[0]!.promptTokens).toBeGreaterThan(0);
	});

	test('a task the model cannot do is a coded error with the way on', () => {
		const { status, results } = run(['task', '--template', 'summarize', '--file', 'text.md']);
		expect(status).toBe(1);
		expect(results[0]).toMatchObject({
			error: { code: 'unsupportedTask', message: expect.stringContaining('--extractive') as string },
		});
	});
});

test.runIf(process.platform === 'linux')('an interrupted run ends at once and leaves no engine behind', async () => {
	const child = spawn(process.execPath, [script, 'generate', '--batch', '--model', model], { env: environment() });
	child.stdin.write('{"prompt":"const a = ","maxTokens":4}\n');
	for await (const line of createInterface({ input: child.stdout })) {
		expect(JSON.parse(line)).toHaveProperty('text');
		break;
	}
	const engines = childrenOf(child.pid!);
	expect(engines).toHaveLength(1);
	const ended = new Promise<number | null>(done => child.on('exit', code => done(code)));
	child.kill('SIGTERM');
	expect(await ended).toBe(1);
	await expect.poll(() => engines.filter(isRunning)).toEqual([]);
});

function childrenOf(parent: number): readonly number[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name) && new RegExp(`^PPid:\\s+${parent}$`, 'm').test(statusOf(name)))
		.map(Number);
}

function isRunning(pid: number): boolean {
	return /^State:\s+[^ZX]/m.test(statusOf(String(pid)));
}

function statusOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/status`, 'utf8');
	} catch {
		return ''; // it has ended in the meantime
	}
}
