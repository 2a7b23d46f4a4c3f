import { GenerationError, type NetworkGate, type NetworkPurpose, type NetworkUse } from '../../generation';
import { Connecting } from './connecting';
import { eventData } from './eventData';
import { faultOf } from './faults';
import { refusalOf } from './refusals';
import { ServerError } from './serverError';

/** Longest waits, in milliseconds. */
export interface ServerTimeouts {
	/** Until a connection stands, encryption and proxy included. */
	readonly connectMs: number;
	/** From the request to the first event of the answer: a busy server queues requests and computes long prompts. */
	readonly firstEventMs: number;
	/** Between two pieces of an answer. */
	readonly idleMs: number;
	/** For a whole small answer such as the list of models. */
	readonly smallMs: number;
}

export const usualTimeouts: ServerTimeouts = {
	connectMs: 8_000,
	firstEventMs: 120_000,
	idleMs: 60_000,
	smallMs: 10_000,
};

export interface TransportOptions {
	readonly network: NetworkGate;
	/** The key for an origin, asked for each request, so that it can go to the origin it was given for and nowhere else. */
	readonly key: (origin: string) => PromiseLike<string | undefined> | string | undefined;
	readonly timeouts?: ServerTimeouts;
}

const longestBody = 16 * 1024 * 1024;
/** How long a server may keep a connection open after it said that the answer is over. */
const afterEndMs = 250;

/** HTTP to one server. Uses the global `fetch`, which in VS Code goes through its proxy and certificates. Redirects are refused, so
 * that neither key nor text reaches another host. */
export class Transport {
	private readonly timeouts: ServerTimeouts;

	constructor(private readonly options: TransportOptions) {
		this.timeouts = options.timeouts ?? usualTimeouts;
	}

	/** A small JSON answer, to GET, or to POST where there is a body. @throws GenerationError */
	async json(url: string, purpose: NetworkPurpose, body?: object, signal?: AbortSignal): Promise<unknown> {
		const timeout = AbortSignal.timeout(this.timeouts.smallMs);
		try {
			const use = this.allow(url, purpose);
			const response = await this.send(url, use, body, signal ? AbortSignal.any([signal, timeout]) : timeout);
			return JSON.parse(await readAll(response, use)) as unknown;
		} catch (error) {
			if (timeout.aborted && !(error instanceof GenerationError)) throw timedOut(url, this.timeouts.smallMs, error);
			if (error instanceof SyntaxError) throw notJson(url, error);
			throw faultOf(error, hostOf(url));
		}
	}

	/** The data of each server-sent event as it arrives, '[DONE]' included. Aborting, or leaving the loop, closes the connection at
	 * once. @throws GenerationError, or the abort */
	async *events(url: string, purpose: NetworkPurpose, body: object, signal: AbortSignal): AsyncGenerator<string> {
		const watch = new Watch(this.timeouts.firstEventMs);
		const leaving = new AbortController();
		let isOver = false;
		try {
			const use = this.allow(url, purpose);
			const any = AbortSignal.any([signal, watch.signal, leaving.signal]);
			const response = await this.send(url, use, body, any);
			if (!response.body) throw new ServerError({ step: 'format' }, `${hostOf(url)} sent an empty answer.`);
			const received = response.body.pipeThrough(counting(use)).pipeThrough(new TextDecoderStream());
			for await (const data of eventData(received)) {
				isOver ||= data.trim() === '[DONE]';
				// The rest of the body is read, so that the connection can be used again.
				watch.next(isOver ? afterEndMs : this.timeouts.idleMs);
				yield data;
			}
		} catch (error) {
			if (signal.aborted) throw error;
			if (isOver) return;
			// What the server said counts, also when it did not finish saying it.
			if (error instanceof GenerationError || !watch.signal.aborted) throw faultOf(error, hostOf(url));
			throw timedOut(url, watch.waitedMs, error);
		} finally {
			watch.stop();
			leaving.abort();
		}
	}

	private allow(url: string, purpose: NetworkPurpose): NetworkUse {
		try {
			return this.options.network.allowNetwork(purpose, hostOf(url));
		} catch (error) {
			if (!(error instanceof GenerationError)) throw error;
			throw new ServerError({ step: 'locked' }, error.message, { cause: error });
		}
	}

	private async send(url: string, use: NetworkUse, body: object | undefined, signal: AbortSignal): Promise<Response> {
		const key = await this.options.key(new URL(url).origin);
		const content = body && JSON.stringify(body);
		use.sent(content === undefined ? 0 : Buffer.byteLength(content));
		const method = content === undefined ? 'GET' : 'POST';
		const connecting = new Connecting({ url, method }, this.timeouts.connectMs);
		const response = await fetch(url, {
			method,
			headers: {
				accept: 'application/json, text/event-stream',
				...(key ? { authorization: `Bearer ${key}` } : {}),
				...(content === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(content === undefined ? {} : { body: content }),
			redirect: 'manual',
			signal: AbortSignal.any([signal, connecting.signal]),
		})
			.catch((error: unknown) => {
				throw connecting.signal.aborted ? notConnected(url, this.timeouts.connectMs, error) : error;
			})
			.finally(() => connecting.stop());
		if (!response.ok) throw await refusalOf(response, hostOf(url), [key ?? '', ...textsIn(body)]);
		return response;
	}
}

/** Everything that a person wrote, or that was read for them, in a request. Names and numbers are the protocol's own. */
function textsIn(value: unknown): readonly string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) => (name === 'model' || name === 'role' ? [] : textsIn(inner)));
}

/** Name and port of an address, as the ledger and messages show it. */
export function hostOf(url: string): string {
	return new URL(url).host;
}

/** Ends a wait that takes too long. */
class Watch {
	private readonly controller = new AbortController();
	readonly signal = this.controller.signal;
	waitedMs: number;
	private timer: NodeJS.Timeout;

	constructor(firstMs: number) {
		this.waitedMs = firstMs;
		this.timer = setTimeout(() => this.controller.abort(), firstMs);
	}

	next(milliseconds: number): void {
		clearTimeout(this.timer);
		this.waitedMs = milliseconds;
		this.timer = setTimeout(() => this.controller.abort(), milliseconds);
	}

	stop(): void {
		clearTimeout(this.timer);
	}
}

function counting(use: NetworkUse): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
	return new TransformStream({
		transform: (chunk, controller) => {
			use.received(chunk.byteLength);
			controller.enqueue(chunk);
		},
	});
}

async function readAll(response: Response, use: NetworkUse): Promise<string> {
	let text = '';
	if (!response.body) return text;
	for await (const piece of response.body.pipeThrough(counting(use)).pipeThrough(new TextDecoderStream())) {
		text += piece;
		if (text.length > longestBody)
			throw new ServerError({ step: 'format' }, 'The server sent more than 16 MB where a list was expected.');
	}
	return text;
}

function timedOut(url: string, milliseconds: number, cause: unknown): ServerError {
	const message = `${hostOf(url)} sent nothing for ${milliseconds / 1000} s.`;
	return new ServerError({ step: 'timeout' }, message, { cause });
}

function notConnected(url: string, milliseconds: number, cause: unknown): ServerError {
	const message = `${hostOf(url)} accepted no connection for ${milliseconds / 1000} s.`;
	return new ServerError({ step: 'unreachable' }, message, { cause });
}

function notJson(url: string, cause: unknown): ServerError {
	return new ServerError({ step: 'format' }, `${hostOf(url)} sent something that is not JSON.`, { cause });
}
