import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { silentLog, type Log } from '../base';
import { parseArguments, type ParsedArguments } from './arguments';
import { jobId, parseJob } from './batch';
import { type Command, type CommandContext, type Result } from './command';
import { completeCommand } from './complete';
import { devicesCommand } from './devices';
import { CliEngines } from './engines';
import { errorJson } from './errorJson';
import { badRequest, type Fields } from './fields';
import { generateCommand } from './generate';
import { commandHelp, programHelp } from './help';
import { readManifestDefaults } from './manifestDefaults';
import { readPackFacts } from './pack';
import { taskCommand } from './task';

/** The outside of the program, so that tests can stand in for it. */
export interface ProgramWorld {
	/** Folder of the project: package.json, dist, media, models. */
	readonly root: string;
	/** Where relative paths start. */
	readonly cwd: string;
	readonly input: Readable;
	/** Resolves when the text has been taken; rejects when nobody reads any more. */
	readonly write: (text: string) => Promise<void>;
	readonly writeLog: (text: string) => void;
	/** Aborted when the caller interrupts the program. */
	readonly signal: AbortSignal;
}

const commands: readonly Command[] = [generateCommand, completeCommand, taskCommand, devicesCommand];

/** Runs one command line and resolves to its exit status: 0, or 1 when any job failed. Never rejects for a failing job. */
export async function runProgram(args: readonly string[], world: ProgramWorld): Promise<0 | 1> {
	try {
		const [name, ...rest] = args;
		if (name === undefined || name === '--help' || name === 'help') {
			await world.write(programHelp(commands));
			return 0;
		}
		const command = commands.find(candidate => candidate.name === name);
		if (!command)
			throw badRequest(`There is no command ${name}. Known: ${commands.map(({ name }) => name).join(', ')}.`);
		return await runCommand(command, parseArguments(command, rest), world);
	} catch (error) {
		await world.write(`${JSON.stringify(errorJson(error))}\n`);
		return 1;
	}
}

async function runCommand(command: Command, { options, fields }: ParsedArguments, world: ProgramWorld): Promise<0 | 1> {
	if (options.help) {
		await world.write(commandHelp(command));
		return 0;
	}
	const { root, cwd, signal } = world;
	const log = options.verbose ? logTo(world.writeLog) : silentLog;
	const findPack = (proofsFolder: string): ReturnType<typeof readPackFacts> =>
		readPackFacts(join(root, 'models'), proofsFolder);
	const engines = new CliEngines({ root, cwd, options, log, findPack, defaults: await readManifestDefaults(root) });
	// An engine in the middle of a long load hears no cancel; ending its process ends everything that waits for it.
	const stop = (): void => engines.dispose();
	signal.addEventListener('abort', stop);
	try {
		const context: CommandContext = { root, cwd, engines, log, signal };
		if (options.batch) return await runBatch(command, fields, context, world);
		await world.write(`${JSON.stringify(await command.run(fields, context))}\n`);
		return signal.aborted ? 1 : 0;
	} finally {
		signal.removeEventListener('abort', stop);
		engines.dispose();
	}
}

/** One job after the other: a bad one costs its own line only. */
async function runBatch(
	command: Command,
	defaults: Fields,
	context: CommandContext,
	world: ProgramWorld,
): Promise<0 | 1> {
	let status: 0 | 1 = 0;
	const lines = createInterface({ input: world.input, crlfDelay: Infinity, signal: world.signal });
	for await (const line of lines) {
		if (line.trim() === '') continue;
		const result = await runJob(command, line, defaults, context);
		if ('error' in result) status = 1;
		await world.write(`${JSON.stringify(result)}\n`);
	}
	return world.signal.aborted ? 1 : status;
}

async function runJob(command: Command, line: string, defaults: Fields, context: CommandContext): Promise<Result> {
	const id = jobId(line);
	const mark = id === undefined ? {} : { id };
	try {
		return { ...mark, ...(await command.run(parseJob(line, command, defaults).fields, context)) };
	} catch (error) {
		return { ...mark, ...errorJson(error) };
	}
}

function logTo(write: (text: string) => void): Log {
	const line =
		(level: keyof Log) =>
		(message: string): void =>
			write(`${level.padEnd(5)} ${message}\n`);
	// Document text is logged at trace, which a bug report must not contain by accident.
	return { trace: () => undefined, debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
