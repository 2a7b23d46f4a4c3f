import { GenerationError } from '../../generation';
import { ServerError, type ServerStep } from './serverError';

/** What went wrong before there was a response, or while its body was read. */
export function faultOf(error: unknown, host: string): GenerationError {
	if (error instanceof GenerationError) return error;
	const codes = causesOf(error);
	const step = codes.map(stepOfCause).find(found => found !== undefined) ?? 'connection';
	const reason = codes.find(code => code !== '') ?? String(error);
	return new ServerError(
		{ step, said: reason },
		`${host} could not be reached or stopped answering (${step}): ${reason}`,
		{
			cause: error,
		},
	);
}

/** Codes and messages of an error and of what caused it, outermost last: the innermost says most. */
function causesOf(error: unknown): readonly string[] {
	const found: string[] = [];
	for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
		const { code } = at as { readonly code?: unknown };
		found.unshift(`${typeof code === 'string' ? `${code} ` : ''}${at.message}`.trim());
		if (at instanceof AggregateError) found.unshift(...at.errors.slice(0, 4).flatMap(causesOf));
	}
	return found;
}

function stepOfCause(cause: string): ServerStep | undefined {
	if (/proxy/i.test(cause)) return 'proxy';
	if (/ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED/.test(cause)) return 'name';
	if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|ERR_SSL|ERR_TLS|EPROTO|SSL routines/.test(cause)) return 'tls';
	if (/CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(cause)) return 'unreachable';
	if (cause.includes('TIMEOUT')) return 'timeout';
	if (/redirect/i.test(cause)) return 'path';
	if (/HPE_|ERR_CONTENT_DECODING|Z_DATA_ERROR|invalid (gzip|deflate)|incorrect header check/i.test(cause))
		return 'format';
	return undefined;
}
