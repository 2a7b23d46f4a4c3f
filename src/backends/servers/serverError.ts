import { GenerationError, type GenerationErrorCode } from '../../generation';

/** Where on the way to an answer it failed, in the order in which they are passed. */
export const serverSteps = [
	'locked',
	'name',
	'connection',
	'tls',
	'proxy',
	'key',
	'path',
	'model',
	'request',
	'busy',
	'timeout',
	'format',
] as const;
export type ServerStep = (typeof serverSteps)[number];

interface Facts {
	readonly step: ServerStep;
	/** HTTP status, where there was an answer. */
	readonly status?: number;
	/** What the server itself said about it, at most a few hundred characters. */
	readonly said?: string;
	/** How long the server wants to be left alone, in milliseconds. */
	readonly retryAfterMs?: number;
}

/** A server's failure with the step at which it happened. */
export class ServerError extends GenerationError {
	readonly step: ServerStep;
	readonly status: number | undefined;
	readonly said: string;
	readonly retryAfterMs: number | undefined;

	constructor(facts: Facts, message: string, options?: ErrorOptions) {
		super(codeOf(facts.step), message, options);
		this.step = facts.step;
		this.status = facts.status;
		this.said = facts.said ?? '';
		this.retryAfterMs = facts.retryAfterMs;
	}

	/** Whether the same request may well succeed a moment later. */
	get isPassing(): boolean {
		if (this.step === 'busy' || this.step === 'connection') return true;
		return this.status === 502 || this.status === 503 || this.status === 504;
	}
}

function codeOf(step: ServerStep): GenerationErrorCode {
	switch (step) {
		case 'locked':
			return 'offline';
		case 'key':
			return 'unauthorized';
		case 'busy':
			return 'serverBusy';
		case 'model':
			return 'modelMissing';
		case 'request':
			return 'badRequest';
		case 'path':
		case 'format':
			return 'badResponse';
		default:
			return 'network';
	}
}

const longestSaid = 300;

/** What became of a response that is no success. Reads at most a few kilobytes of its body.
 * @param sent texts that must not get into a message and so into a log, should the server repeat them */
export async function refusalOf(response: Response, host: string, sent: readonly string[]): Promise<ServerError> {
	const said = withoutEcho(saidBy(await firstBytes(response)), sent);
	const { status } = response;
	const retryAfterMs = readRetryAfter(response.headers.get('retry-after'));
	const facts = {
		step: stepOf(status, said),
		status,
		said,
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
	return new ServerError(facts, `${host} answered ${status} ${response.statusText}: ${said || 'no reason given'}`);
}

function stepOf(status: number, said: string): ServerStep {
	if (status === 401 || status === 403) return 'key';
	if (status === 407) return 'proxy';
	if (status === 429 || status === 503) return 'busy';
	if (status === 408 || status === 504) return 'timeout';
	const aboutModel = /model/i.test(said) && /not (be )?found|does not exist|no such|unknown|not loaded/i.test(said);
	if (aboutModel) return 'model';
	if (status === 404 || status === 405 || status === 501) return 'path';
	if (status >= 300 && status < 400) return 'path';
	return status < 500 ? 'request' : 'format';
}

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
	if (/TIMEOUT|ETIMEDOUT/.test(cause)) return 'timeout';
	if (/redirect/i.test(cause)) return 'path';
	if (/HPE_|ERR_CONTENT_DECODING|Z_DATA_ERROR|invalid (gzip|deflate)|incorrect header check/i.test(cause))
		return 'format';
	return undefined;
}

/** Seconds or a date (RFC 9110, 10.2.3) as milliseconds from now; undefined when it is neither. */
export function readRetryAfter(value: string | null, now = Date.now()): number | undefined {
	if (value === null) return undefined;
	if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Math.min(Number(value), 86_400) * 1000;
	const date = Date.parse(value);
	return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), 86_400_000);
}

/** At most a few kilobytes, and only what comes soon: the status alone says enough. */
async function firstBytes(response: Response): Promise<string> {
	const [most, longestMs] = [4096, 2000];
	if (!response.body) return '';
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	const timer = setTimeout(() => void reader.cancel().catch(() => undefined), longestMs);
	let text = '';
	try {
		for (let read = await reader.read(); !read.done && text.length < most; read = await reader.read())
			text += read.value;
	} catch {
		// The connection broke; what came is what there is.
		return text;
	} finally {
		clearTimeout(timer);
		await reader.cancel().catch(() => undefined);
	}
	return text;
}

/** A text, unless it repeats a piece of what was sent: validation errors like to quote the request. */
function withoutEcho(said: string, sent: readonly string[]): string {
	const pieceLength = 12;
	for (let start = 0; start + pieceLength <= said.length; start++) {
		const piece = said.slice(start, start + pieceLength);
		if (sent.some(text => text.includes(piece))) return 'the server repeated what it was sent';
	}
	return said;
}

/** The message in an error body of any known shape, else its first words. */
function saidBy(body: string): string {
	let parsed: unknown;
	try {
		parsed = JSON.parse(body);
	} catch {
		return /<html|<!doctype/i.test(body) ? 'a web page' : body.trim().slice(0, longestSaid);
	}
	return messageIn(parsed).slice(0, longestSaid);
}

/** `{error: {message}}` (OpenAI, llama.cpp, TGI's chat), `{error: text}` (Ollama, TGI), `{message}` (vLLM before 0.10), `{detail}`
 * (FastAPI). */
export function messageIn(value: unknown): string {
	if (typeof value === 'string') return value;
	if (Array.isArray(value)) return messageIn(value[0]);
	if (typeof value !== 'object' || value === null) return '';
	const { error, message, detail, msg } = value as Readonly<Record<string, unknown>>;
	return [error, message, detail, msg].map(messageIn).find(found => found !== '') ?? '';
}
