import { type Log } from '../base';
import { type CliEngines } from './engines';
import { type Fields } from './fields';

/** One flag of a command. Names are written as on the command line ('max-tokens'); JSON jobs write maxTokens. */
export interface Flag {
	readonly type: 'string' | 'boolean';
	readonly multiple?: boolean;
	/** What stands after the flag in the help: '<n>'. */
	readonly value?: string;
	readonly help: string;
	/** Only in JSON jobs: text that a command line is no place for. */
	readonly batchOnly?: boolean;
}

export type Flags = Readonly<Record<string, Flag>>;

/** One line of output. */
export type Result = Readonly<Record<string, unknown>>;

/** What a command may use while it runs one job. */
export interface CommandContext {
	/** Folder of the project: package.json, media, models. */
	readonly root: string;
	/** Relative paths of the caller start here. */
	readonly cwd: string;
	readonly engines: CliEngines;
	readonly log: Log;
	/** Aborted when the caller interrupts the program. */
	readonly signal: AbortSignal;
}

/** A command of the program: `inkling <name> --flags`. */
export interface Command {
	readonly name: string;
	readonly summary: string;
	/** Paragraphs for --help after the list of flags. */
	readonly notes: readonly string[];
	/** Flags of one job; those of the whole run (model, device, batch ...) are in `runFlags`. */
	readonly flags: Flags;
	/** Runs one job. @throws GenerationError */
	run(fields: Fields, context: CommandContext): Promise<Result>;
}
