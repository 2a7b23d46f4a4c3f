import { GenerationError } from '../generation';
import { type Result } from './command';

/** A failure as one JSON object: `{"error":{"code","message"}}`. A bug of the program itself has the code `internal`. */
export function errorJson(error: unknown): Result {
	if (error instanceof GenerationError) return { error: { code: error.code, message: error.message } };
	const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
	return { error: { code: 'internal', message } };
}
