import { Script } from 'node:vm';

/** The work took longer than it may. */
export class TimeIsUp extends Error {}

/**
 * Runs synchronous work that somebody else wrote, such as a model's chat template, and ends it when the time is up: the limit of a
 * script holds for everything that is called from it.
 * @throws TimeIsUp, or what the work throws
 */
export function withinTime<T>(milliseconds: number, work: () => T): T {
	try {
		return new Script('work()').runInNewContext({ work }, { timeout: milliseconds }) as T;
	} catch (error) {
		// The error may come from the script's own context, whose Error is another one.
		const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
		throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? new TimeIsUp(`it took longer than ${milliseconds} ms`) : error;
	}
}
