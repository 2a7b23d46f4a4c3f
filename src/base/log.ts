/** Where facts go: an output channel in the editor, standard error on the command line, nothing in most tests.
 * Document text may only ever be logged at `trace`. */
export interface Log {
	trace(message: string): void;
	debug(message: string): void;
	info(message: string): void;
	warn(message: string): void;
	error(message: string): void;
}

export type LogLevel = keyof Log;

const ignore = (): void => undefined;

/** A log that drops everything. */
export const silentLog: Log = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
