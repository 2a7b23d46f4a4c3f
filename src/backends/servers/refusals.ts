import { ServerError, type ServerStep } from './serverError';

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
