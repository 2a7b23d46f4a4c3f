import { parseArgs } from 'node:util';
import { type Device } from '../generation';
import { devices } from '../protocol';
import { type Command, type Flags } from './command';
import { badRequest, choiceField, numberField, switchField, textField, type Fields } from './fields';

/** Flags that hold for every job of a run: one engine serves them all. */
export const runFlags: Flags = {
	model: { type: 'string', value: '<folder>', help: 'Model folder, or the name of a built-in model.' },
	device: {
		type: 'string',
		value: '<name>',
		help: 'auto, cpu, webgpu, dml, coreml or cuda; auto is what `devices` measured, else cpu.',
	},
	threads: { type: 'string', value: '<n>', help: 'Threads of the engine; chosen from the machine when absent.' },
	'cache-megabytes': { type: 'string', value: '<n>', help: 'Memory for KV caches.' },
	batch: { type: 'boolean', help: 'Read jobs as JSON lines from standard input; one line of output each, in order.' },
	verbose: { type: 'boolean', help: 'Write the log to standard error.' },
	help: { type: 'boolean', help: 'Show this help.' },
};

/** How a run is done, whatever its jobs are. */
export interface RunOptions {
	/** As the caller wrote it; when absent, what the editor takes by itself. */
	readonly model?: string;
	readonly device?: Device | 'auto';
	readonly threads?: number;
	readonly cacheMegabytes?: number;
	readonly batch: boolean;
	readonly verbose: boolean;
	readonly help: boolean;
}

export interface ParsedArguments {
	readonly options: RunOptions;
	/** The job on the command line; in a batch, the values that jobs without them take. */
	readonly fields: Fields;
}

/** Reads the flags after the command's name. @throws GenerationError badRequest */
export function parseArguments(command: Command, args: readonly string[]): ParsedArguments {
	const flags = Object.entries({ ...runFlags, ...command.flags }).filter(([, flag]) => flag.batchOnly !== true);
	const options = Object.fromEntries(
		flags.map(([name, { type, multiple = false }]) => [name, { type, multiple }] as const),
	);
	const all: Fields = new Map<string, unknown>(Object.entries(parse(command, args, options)));
	return { options: runOptions(all), fields: new Map([...all].filter(([name]) => !(name in runFlags))) };
}

function parse(
	command: Command,
	args: readonly string[],
	options: NonNullable<Parameters<typeof parseArgs>[0]>['options'] & object,
): Record<string, unknown> {
	try {
		return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
	} catch (error) {
		// parseArgs reports what the caller wrote wrong as a TypeError with a code of its own; anything else is a bug.
		if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_'))
			throw badRequest(`${error.message} See ${command.name} --help.`);
		throw error;
	}
}

function runOptions(fields: Fields): RunOptions {
	const model = textField(fields, 'model');
	const device = choiceField(fields, 'device', ['auto', ...devices]);
	const threads = numberField(fields, 'threads', { least: 1, most: 64, integer: true });
	const cacheMegabytes = numberField(fields, 'cache-megabytes', { least: 16, most: 8192, integer: true });
	return {
		...(model === undefined ? {} : { model }),
		...(device === undefined ? {} : { device }),
		...(threads === undefined ? {} : { threads }),
		...(cacheMegabytes === undefined ? {} : { cacheMegabytes }),
		batch: switchField(fields, 'batch'),
		verbose: switchField(fields, 'verbose'),
		help: switchField(fields, 'help'),
	};
}
