import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program';

const root = resolve(import.meta.dirname, '../../..');
let folder = '';
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'inkling-cli-'));
	writeFileSync(join(folder, 'a.ts'), 'const a = 1;\n');
	writeFileSync(join(folder, 'latin.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9]));
	writeFileSync(join(folder, 'bom.txt'), '\uFEFFThe harbour was rebuilt in 1911.');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
	readonly status: number;
	readonly output: string;
	readonly results: readonly Record<string, unknown>[];
}

async function run(args: readonly string[], input = ''): Promise<Run> {
	let output = '';
	const status = await runProgram(args, {
		root,
		cwd: folder,
		input: Readable.from([input]),
		write: text => {
			output += text;
			return Promise.resolve();
		},
		writeLog: () => undefined,
		signal: new AbortController().signal,
	});
	const lines = output.split('\n').filter(line => line.startsWith('{'));
	return { status, output, results: lines.map(line => JSON.parse(line) as Record<string, unknown>) };
}

async function fails(args: readonly string[], code: string, words: RegExp): Promise<void> {
	const { status, output, results } = await run(args);
	expect(status).toBe(1);
	expect(output.trimEnd().split('\n')).toHaveLength(1);
	expect(results).toEqual([{ error: { code, message: expect.stringMatching(words) as string } }]);
}

describe('a bad command line is one coded error on standard output and status 1', () => {
	test('an unknown command', () => fails(['complet'], 'badRequest', /complet.*generate, complete, task/));
	test('an unknown flag', () => fails(['complete', '--nope'], 'badRequest', /--nope/));
	test('a missing file', () =>
		fails(['complete', '--file', 'no.ts', '--offset', '0'], 'badRequest', /no\.ts: there is no such file/));
	test('a folder for a file', () =>
		fails(['complete', '--file', '.', '--offset', '0'], 'badRequest', /it is a folder/));
	test('a file that is not UTF-8', () =>
		fails(['complete', '--file', 'latin.txt', '--offset', '0'], 'badRequest', /latin\.txt is not UTF-8/));
	test('an offset after the end', () =>
		fails(['complete', '--file', 'a.ts', '--offset', '14'], 'badRequest', /14 is outside.*13 UTF-16/));
	test('an offset that is no number', () =>
		fails(['complete', '--file', 'a.ts', '--offset', 'x'], 'badRequest', /--offset/));
	test('an offset before the start', () =>
		fails(['complete', '--file', 'a.ts', '--offset=-1'], 'badRequest', /--offset/));
	test('no offset', () => fails(['complete', '--file', 'a.ts'], 'badRequest', /--offset is missing/));
	test('no prompt', () => fails(['generate'], 'badRequest', /--prompt-file is missing/));
	test('two prompts', () =>
		fails(['generate', '--prompt', 'x', '--prompt-file', 'a.ts'], 'badRequest', /exclude each other/));
	test('a temperature out of range', () =>
		fails(['generate', '--prompt', 'x', '--temperature', '3'], 'badRequest', /--temperature.*0 to 2/));
	test('17 beams', () => fails(['generate', '--prompt', 'x', '--beams', '17'], 'badRequest', /--beams.*1 to 16/));
	test('a length penalty without beams', () =>
		fails(['generate', '--prompt', 'x', '--length-penalty', '1'], 'badRequest', /--length-penalty.*Add --beams/));
	test('an end of the search that nobody knows', () =>
		fails(
			['generate', '--prompt', 'x', '--beams', '2', '--early-stopping', 'soon'],
			'badRequest',
			/true, false, never/,
		));
	test('an empty stop text', () => fails(['generate', '--prompt', 'x', '--stop', ''], 'badRequest', /--stop/));
	test('an unknown template', () =>
		fails(['task', '--template', 'dance', '--file', 'a.ts'], 'badRequest', /dance.*summarize/));
	test('a value the template does not have', () =>
		fails(
			['task', '--template', 'translate', '--file', 'a.ts', '--set', 'colour=red'],
			'badRequest',
			/colour.*language/,
		));
	test('a model without a name', () =>
		fails(['generate', '--prompt', 'x', '--model', ''], 'modelMissing', /Choose a model/));
});

test('task --list shows the templates that ship, with their values', async () => {
	const { status, results } = await run(['task', '--list']);
	expect(status).toBe(0);
	const templates = results[0]?.templates as readonly { name: string; values: Record<string, string> }[];
	expect(templates.map(({ name }) => name)).toEqual(expect.arrayContaining(['continue', 'summarize', 'translate']));
	expect(templates.find(({ name }) => name === 'translate')?.values).toHaveProperty('language');
});

test('an extractive summary needs no model and says what it is', async () => {
	const text =
		'The harbour was rebuilt in 1911. Ships bring coal. The harbour now takes ships of any size. Rain falls.';
	const { status, results } = await run(
		['task', '--template', 'summarize', '--extractive', '--batch'],
		`${JSON.stringify({ text })}\n`,
	);
	expect(status).toBe(0);
	expect(results).toHaveLength(1);
	expect(results[0]).toMatchObject({ method: 'extractive', template: 'summarize', ofSentences: 3 });
	expect(results[0]?.text).toMatch(/^- /);
});

test('a byte order mark is not part of the text', async () => {
	const { results } = await run(['task', '--template', 'summarize', '--extractive', '--file', 'bom.txt']);
	expect(results[0]?.text).toBe('- The harbour was rebuilt in 1911.');
});

test('a batch answers every line in order, with its mark, and a bad line costs only itself', async () => {
	const lines = [
		{ id: 1, text: 'One sentence here.' },
		{ id: 2 },
		'not json',
		{ id: 'four', text: 'Another sentence.' },
	];
	const input = lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\r\n');
	const { status, results } = await run(['task', '--template', 'summarize', '--extractive', '--batch'], `${input}\n\n`);
	expect(status).toBe(1);
	expect(results.map(({ id }) => id)).toEqual([1, 2, undefined, 'four']);
	expect(results.map(result => (result.error as { code: string } | undefined)?.code)).toEqual([
		undefined,
		'badRequest',
		'badRequest',
		undefined,
	]);
});

test('--help prints words and no JSON, and starts nothing', async () => {
	for (const args of [['--help'], [], ['complete', '--help']]) {
		const { status, output, results } = await run(args);
		expect(status).toBe(0);
		expect(results).toEqual([]);
		expect(output).toContain('npm run -s');
	}
});
