import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { OpenAiServer } from '../../../src/backends/openAiServer';
import { GenerationError, greedy, type GenerateEvent, type GenerateRequest } from '../../../src/generation';

const request: GenerateRequest = {
	prompt: {
		kind: 'task',
		task: 'summarize',
		text: 't',
		values: {},
		messages: [{ role: 'user', text: 'Summarize: t' }],
	},
	maxTokens: 64,
	sampling: greedy,
	stop: [],
	priority: 'command',
};

const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) server.closeAllConnections();
});

/** A server on the loopback interface that answers every request with `answer`. */
async function serverThat(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
	const server = createServer(answer);
	servers.push(server);
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`;
}

const event = (text: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`;

async function collect(events: AsyncIterable<GenerateEvent>): Promise<{ text: string; reason: string | undefined }> {
	let text = '';
	let reason: string | undefined;
	for await (const item of events) {
		if (item.type === 'text') text += item.text;
		else reason = item.reason;
	}
	return { text, reason };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
	const error: unknown = await promise.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	return error instanceof GenerationError ? error.code : String(error);
}

const ask = (
	url: string,
	signal = new AbortController().signal,
	key?: string,
): Promise<{ text: string; reason: string | undefined }> =>
	collect(new OpenAiServer({ url, model: 'm', key, idleTimeoutMs: 500 }).generate(request, signal));

describe('a server that answers', () => {
	test('is sent messages, model and key, and its text is the same however the bytes are cut', async () => {
		const seen: { body: string; authorization: string | undefined }[] = [];
		const whole = Buffer.from(`: comment\n\n${event('墨水')}${event(' drop\n')}data: [DONE]\n\n`);
		for (let cut = 1; cut < whole.length; cut += 7) {
			const url = await serverThat((incoming, response) => {
				let body = '';
				incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
				incoming.on('end', () => {
					seen.push({ body, authorization: incoming.headers.authorization });
					response.write(whole.subarray(0, cut), () => setImmediate(() => response.end(whole.subarray(cut))));
				});
			});
			expect(await ask(url, undefined, 'secret')).toEqual({ text: '墨水 drop\n', reason: 'stop' });
		}
		expect(seen[0]?.authorization).toBe('Bearer secret');
		expect(JSON.parse(seen[0]!.body)).toMatchObject({
			model: 'm',
			stream: true,
			messages: [{ role: 'user', content: 'Summarize: t' }],
		});
	});

	test('lists its models', async () => {
		const url = await serverThat((_, response) =>
			response.end(JSON.stringify({ data: [{ id: 'a' }, { id: 7 }, { id: 'b' }] })),
		);
		expect(await OpenAiServer.models(url, undefined)).toEqual(['a', 'b']);
	});

	test('is let go at once on cancel, which is not an error', async () => {
		const abort = new AbortController();
		let closed = false;
		const url = await serverThat((_, response) => {
			response.on('close', () => (closed = true));
			response.write(event('one'));
		});
		const stream = new OpenAiServer({ url, model: 'm', key: undefined }).generate(request, abort.signal);
		const kinds: string[] = [];
		for await (const item of stream) {
			kinds.push(item.type === 'text' ? item.text : item.reason);
			abort.abort();
		}
		expect(kinds).toEqual(['one', 'cancelled']);
		await expect.poll(() => closed).toBe(true);
	});
});

describe('a server that misbehaves ends in a coded error', () => {
	const answers: [string, string, (request: IncomingMessage, response: ServerResponse) => void][] = [
		['refuses the key', 'unauthorized', (_, response) => response.writeHead(401).end()],
		['has no such path', 'badResponse', (_, response) => response.writeHead(404).end()],
		[
			'redirects elsewhere',
			'network',
			(_, response) => response.writeHead(308, { location: 'http://127.0.0.1:1/' }).end(),
		],
		['sends HTML', 'badResponse', (_, response) => response.end('data: <html></html>\n\n')],
		[
			'reports an error in the stream',
			'badResponse',
			(_, response) => response.end('data: {"error":{"message":"no"}}\n\n'),
		],
		['stops answering', 'network', (_, response) => response.write(event('a'))],
		['hangs up', 'network', (_, response) => response.destroy()],
	];
	test.each(answers)('%s: %s', async (_, code, answer) => {
		expect(await codeOf(ask(await serverThat(answer)))).toBe(code);
	});

	test('is not there: network', async () => {
		expect(await codeOf(ask('http://127.0.0.1:1/v1'))).toBe('network');
	});
});
