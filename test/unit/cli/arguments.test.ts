import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments';
import { jobId, parseJob } from '../../../src/cli/batch';
import { completeCommand } from '../../../src/cli/complete';
import { generateCommand } from '../../../src/cli/generate';
import { taskCommand } from '../../../src/cli/task';
import { commandHelp, programHelp } from '../../../src/cli/help';

const badRequest = (words: RegExp): Error =>
	expect.objectContaining({ code: 'badRequest', message: expect.stringMatching(words) as string }) as Error;

describe('flags', () => {
	test('are split into those of the run and those of the job', () => {
		const words = '--model tiny --threads 2 --prompt-file a.ts --stop x --stop=--y --verbose';
		const { options, fields } = parseArguments(generateCommand, words.split(' '));
		expect(options).toEqual({ model: 'tiny', threads: 2, batch: false, verbose: true, help: false });
		expect(Object.fromEntries(fields)).toEqual({ 'prompt-file': 'a.ts', stop: ['x', '--y'] });
	});

	test('that nobody knows are refused with a way to the help', () => {
		expect(() => parseArguments(completeCommand, ['--ofset', '3'])).toThrow(badRequest(/--ofset.*complete --help/s));
		expect(() => parseArguments(completeCommand, ['file.ts'])).toThrow(badRequest(/file\.ts/));
	});

	test('without their value are refused', () => {
		expect(() => parseArguments(completeCommand, ['--offset'])).toThrow(badRequest(/--offset/));
	});

	test('with a value that makes no sense for the run are refused', () => {
		expect(() => parseArguments(completeCommand, ['--threads', '0'])).toThrow(badRequest(/--threads.*1 to 64/));
		expect(() => parseArguments(completeCommand, ['--device', 'abacus'])).toThrow(badRequest(/auto, cpu, webgpu/));
	});

	test('for batches only do not exist on the command line', () => {
		expect(() => parseArguments(completeCommand, ['--text', 'x'])).toThrow(badRequest(/--text/));
	});
});

describe('a line of a batch', () => {
	test('is a job with camelCase names, on top of the command line', () => {
		const job = parseJob('{"id":7,"maxTokens":3,"stop":["a"]}', generateCommand, new Map([['temperature', '0.5']]));
		expect(job.id).toBe(7);
		expect(Object.fromEntries(job.fields)).toEqual({ temperature: '0.5', 'max-tokens': 3, stop: ['a'] });
	});

	test.each([
		['not JSON', '{"offset": ', /not JSON/],
		['no object', '[1]', /JSON object/],
		['an unknown field', '{"ofset":1}', /ofset.*Known: id, file, offset/],
		['a field of the whole run', '{"model":"x"}', /model.*whole run/],
		['a field that every object has', '{"constructor":"x"}', /constructor/],
		['an id that is no mark', '{"id":{}}', /id/],
	])('with %s is refused', (_, line, words) => {
		expect(() => parseJob(line, completeCommand, new Map())).toThrow(badRequest(words));
	});

	test('keeps its mark even when the rest is unusable', () => {
		expect(jobId('{"id":"a","ofset":1}')).toBe('a');
		expect(jobId('{"id":')).toBeUndefined();
	});
});

describe('help', () => {
	test('names every flag of every command', () => {
		for (const command of [generateCommand, completeCommand, taskCommand]) {
			const help = commandHelp(command);
			for (const [name, flag] of Object.entries(command.flags))
				expect(help).toContain(flag.batchOnly ? `  ${name} ` : `--${name}`);
			expect(Math.max(...help.split('\n').map(line => line.length))).toBeLessThanOrEqual(100);
		}
		expect(programHelp([generateCommand, completeCommand, taskCommand])).toContain('npm run -s <command> -- --help');
	});
});
