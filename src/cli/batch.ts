import { runFlags } from './arguments';
import { type Command } from './command';
import { badRequest, type Fields } from './fields';

/** Lines longer than this many UTF-16 units are refused: no document worth completing is that large. */
const longestLine = 64 * 1024 * 1024;

/** A job of a batch. `id` is the caller's own mark and comes back with the result. */
export interface BatchJob {
	readonly id?: string | number;
	readonly fields: Fields;
}

/** The caller's mark of a line, found even when the rest of the line is unusable. */
export function jobId(line: string): string | number | undefined {
	try {
		const value: unknown = JSON.parse(line);
		const id: unknown = isObject(value) ? value.id : undefined;
		return typeof id === 'string' || typeof id === 'number' ? id : undefined;
	} catch {
		// Not JSON: there is no mark, and parseJob says what is wrong.
		return undefined;
	}
}

/**
 * Reads one line of a batch: a JSON object with the flags' names in camelCase (`maxTokens`). Values of the command line
 * hold where the job has none.
 * @throws GenerationError badRequest
 */
export function parseJob(line: string, command: Command, defaults: Fields): BatchJob {
	if (line.length > longestLine) throw badRequest(`A job has ${line.length} characters; the limit is ${longestLine}.`);
	const { id, ...values } = parseObject(line);
	if (id !== undefined && typeof id !== 'string' && typeof id !== 'number')
		throw badRequest('The field id must be text or a number.');
	const fields = new Map<string, unknown>(defaults);
	for (const [key, value] of Object.entries(values)) {
		const name = flagName(key);
		if (name in runFlags) throw badRequest(`The field ${key} holds for the whole run; give --${name} once.`);
		if (!Object.hasOwn(command.flags, name)) throw badRequest(unknownField(key, command));
		fields.set(name, value);
	}
	return { fields, ...(id === undefined ? {} : { id }) };
}

function parseObject(line: string): Record<string, unknown> {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch (error) {
		throw badRequest(`The line is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
	}
	if (!isObject(value)) throw badRequest('A job must be a JSON object on one line.');
	return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownField(key: string, command: Command): string {
	const known = Object.keys(command.flags).map(name =>
		name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
	);
	return `The field ${key} is unknown. Known: id, ${known.join(', ')}.`;
}

/** maxTokens is the flag --max-tokens. */
function flagName(key: string): string {
	return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}
