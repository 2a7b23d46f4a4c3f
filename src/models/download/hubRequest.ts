import { type NetworkUse } from '../../generation';
import { DownloadError } from './downloadError';
import { mayCarryToken, type Hub } from './hub';

/** An answer with its body still to be read. */
export interface HubAnswer {
	readonly response: Response;
	/** The host's own hash of the file, as it said while redirecting. */
	readonly linkedEtag: string | undefined;
	/** Where the bytes of the body are counted. */
	readonly use: NetworkUse;
}

const mostRedirects = 10;
const longestJson = 16 * 1024 * 1024;

/**
 * Asks by GET and follows redirects by hand: at most ten, never from https to http, and without the token where another host
 * answers. Statuses that mean failure are thrown; 200, 206 and 416 come back.
 * @throws DownloadError, or GenerationError offline when the user has locked the network
 */
export async function hubRequest(
	hub: Hub,
	start: URL,
	headers: Readonly<Record<string, string>>,
	signal: AbortSignal,
): Promise<HubAnswer> {
	let url = start;
	let linkedEtag: string | undefined;
	for (let hop = 0; hop <= mostRedirects; hop++) {
		const use = hub.network.allowNetwork('download', url.host);
		const response = await ask(hub, url, headers, signal);
		linkedEtag ??= unquoted(response.headers.get('x-linked-etag'));
		const target = redirectTarget(response, url);
		if (!target) {
			await throwStatus(response, url);
			return { response, linkedEtag, use };
		}
		await response.body?.cancel();
		url = target;
	}
	throw new DownloadError('badAnswer', `${start.href} redirects in a circle. Try another mirror.`);
}

/** Reads a small JSON answer. @throws DownloadError badAnswer */
export async function hubJson(hub: Hub, url: URL, signal: AbortSignal): Promise<{ json: unknown; headers: Headers }> {
	const answer = await hubRequest(hub, url, { accept: 'application/json' }, signal);
	const bytes = await readWhole(answer, longestJson, hub.silenceMs);
	try {
		return { json: JSON.parse(bytes.toString('utf8')), headers: answer.response.headers };
	} catch (error) {
		throw new DownloadError('badAnswer', `${url.href} did not answer with JSON. Try another mirror or later.`, {
			cause: error,
		});
	}
}

/** The body, when it is no longer than `limit` bytes. @throws DownloadError */
export async function readWhole(answer: HubAnswer, limit: number, silenceMs: number): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const part of steadily(answer, silenceMs)) {
		length += part.length;
		if (length > limit) throw new DownloadError('badAnswer', `${answer.response.url} sent more than ${limit} bytes.`);
		parts.push(part);
	}
	return Buffer.concat(parts);
}

/** Least bytes in one span of `silenceMs`: a host that sends a byte now and then would hold a transfer forever. */
const leastBytes = 1024;

/** The parts of a body as they come. @throws DownloadError offline, worth another try, when they stop coming */
export async function* steadily({ response, use }: HubAnswer, silenceMs: number): AsyncGenerator<Uint8Array> {
	const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
	if (!reader) return;
	let received = 0;
	let atLastLook = 0;
	let giveUp: (error: Error) => void = () => undefined;
	const stalled = new Promise<never>((_, reject) => (giveUp = reject));
	stalled.catch(() => undefined);
	const watch = setInterval(() => {
		if (received - atLastLook < leastBytes)
			giveUp(new DownloadError('offline', 'The host stopped sending. Resume to go on.', { transient: true }));
		atLastLook = received;
	}, silenceMs);
	try {
		for (;;) {
			const { done, value } = await Promise.race([reader.read(), stalled]);
			if (done) return;
			received += value.length;
			yield value;
		}
	} catch (error) {
		if (error instanceof DownloadError) throw error;
		throw new DownloadError('offline', `The connection broke: ${String(error)}. Resume to go on.`, {
			transient: true,
			cause: error,
		});
	} finally {
		clearInterval(watch);
		use.received(received);
		await reader.cancel().catch(() => undefined);
	}
}

async function ask(
	hub: Hub,
	url: URL,
	headers: Readonly<Record<string, string>>,
	signal: AbortSignal,
): Promise<Response> {
	const impatience = new AbortController();
	const timer = setTimeout(() => impatience.abort(), hub.silenceMs);
	const token = hub.token !== undefined && mayCarryToken(hub, url) ? { authorization: `Bearer ${hub.token}` } : {};
	try {
		return await hub.fetch(url, {
			redirect: 'manual',
			headers: { 'accept-encoding': 'identity', 'user-agent': 'inkling', ...headers, ...token },
			signal: AbortSignal.any([signal, impatience.signal]),
		});
	} catch (error) {
		signal.throwIfAborted();
		throw new DownloadError('offline', `${url.host} cannot be reached: ${reasonOf(error)}. Check the connection.`, {
			transient: true,
			cause: error,
		});
	} finally {
		clearTimeout(timer);
	}
}

/** `fetch failed` hides the reason in its cause. */
function reasonOf(error: unknown): string {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function redirectTarget(response: Response, from: URL): URL | undefined {
	if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
	const location = response.headers.get('location');
	if (location === null || !URL.canParse(location, from.href))
		throw new DownloadError('badAnswer', `${from.host} redirects to nowhere. Try another mirror.`);
	const target = new URL(location, from);
	if (!/^https?:$/.test(target.protocol) || (from.protocol === 'https:' && target.protocol === 'http:'))
		throw new DownloadError('badAnswer', `${from.host} redirects to ${target.protocol}, which is not safe.`);
	return target;
}

async function throwStatus(response: Response, url: URL): Promise<void> {
	const { status, headers } = response;
	if (status === 200 || status === 206 || status === 416) return;
	await response.body?.cancel();
	const named = headers.get('x-error-code');
	const what = `${url.host} answered ${status}${named === null ? '' : ` (${named})`} for ${url.pathname}`;
	if (status === 404 || named === 'RepoNotFound' || named === 'EntryNotFound' || named === 'RevisionNotFound')
		throw new DownloadError('notFound', `${what}. Check the name.`);
	if (named === 'GatedRepo' || status === 403)
		throw new DownloadError('gated', `${what}. Accept the licence on the model's page, then set an access token.`);
	if (status === 401) throw new DownloadError('unauthorized', `${what}. Set an access token that may read it.`);
	const retryAfterMs = retryAfter(headers.get('retry-after'));
	if (status === 429)
		throw new DownloadError('rateLimited', `${what}: too many requests. Resume later.`, {
			transient: true,
			retryAfterMs,
		});
	throw new DownloadError('badAnswer', `${what}. Try another mirror or later.`, {
		transient: status >= 500 || status === 408,
		retryAfterMs,
	});
}

/** Seconds or a date, as milliseconds from now. */
function retryAfter(value: string | null): number | undefined {
	if (value === null) return undefined;
	const seconds = Number(value);
	const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
	return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

const unquoted = (value: string | null): string | undefined => value?.replace(/^W\//, '').replace(/^"|"$/g, '');
