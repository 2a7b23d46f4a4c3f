import { request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base';
import { type GenerateEvent, type GenerateRequest, type TextGenerator } from '../../../src/generation';
import { ModelServer } from '../../../src/serving';

/** Answers with the words of a text, and remembers what it was asked. */
class WordByWord implements TextGenerator {
	readonly asked: GenerateRequest[] = [];
	cancelled = 0;
	readonly model = {
		id: 'words',
		name: 'words',
		roles: ['fill', 'task', 'chat'],
		tasks: [],
		contextTokens: 512,
		device: 'cpu',
		loadMs: 0,
	} as const;

	constructor(
		private readonly text: string,
		private readonly pauseMs = 0,
	) {}

	countTokens(text: string): Promise<number> {
		return Promise.resolve(text.length);
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent> {
		this.asked.push(request);
		const words = this.text.split(/(?<= )/);
		let count = 0;
		for (const text of words.slice(0, request.maxTokens)) {
			if (this.pauseMs > 0) await delay(this.pauseMs);
			if (signal.aborted) break;
			count++;
			yield { type: 'text', text, logProbability: 0 };
		}
		if (signal.aborted) this.cancelled++;
		const usage = { promptTokens: 7, reusedTokens: 3, cutTokens: 0, newTokens: count, prefillMs: 0, decodeMs: 0 };
		const reason = signal.aborted ? 'cancelled' : words.length > request.maxTokens ? 'length' : 'stop';
		yield { type: 'done', reason, usage, tokenIds: [] };
	}
}

const key = 'test-key';
const started: ModelServer[] = [];
afterEach(async () => {
	for (const server of started.splice(0)) await server.dispose();
});

async function serve(generator: TextGenerator): Promise<ModelServer> {
	const models = { list: () => Promise.resolve(['words']), open: () => Promise.resolve(generator) };
	const server = await ModelServer.start({ models, key, port: 0, log: silentLog });
	started.push(server);
	return server;
}

const clientFor = (server: ModelServer, apiKey = key): OpenAI =>
	new OpenAI({ baseURL: server.url, apiKey, maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'Hello' }];

describe('the official client, unchanged', () => {
	test('lists the models', async () => {
		const server = await serve(new WordByWord(''));
		const models = await clientFor(server).models.list();
		expect(models.data.map(({ id }) => id)).toEqual(['words']);
	});

	test('gets a chat answer whole', async () => {
		const generator = new WordByWord('Ink on paper.');
		const answer = await clientFor(await serve(generator)).chat.completions.create({
			model: 'words',
			messages: [{ role: 'system', content: 'Be brief.' }, ...messages],
			temperature: 0,
			max_completion_tokens: 5,
			stop: ['\n'],
		});
		expect(answer.choices[0]).toMatchObject({ message: { content: 'Ink on paper.' }, finish_reason: 'stop' });
		expect(answer.usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 });
		expect(generator.asked[0]).toMatchObject({
			prompt: {
				kind: 'chat',
				messages: [
					{ role: 'system', text: 'Be brief.' },
					{ role: 'user', text: 'Hello' },
				],
			},
			maxTokens: 5,
			stop: ['\n'],
			sampling: { temperature: 0 },
		});
	});

	test('gets a chat answer as it is written, and the numbers at the end', async () => {
		const server = await serve(new WordByWord('Ink on paper.'));
		const stream = await clientFor(server).chat.completions.create({
			model: 'words',
			messages,
			max_completion_tokens: 2,
			stream: true,
			stream_options: { include_usage: true },
		});
		const pieces: string[] = [];
		let finish: string | null | undefined;
		let total: number | undefined;
		for await (const chunk of stream) {
			if (chunk.choices[0]?.delta.content) pieces.push(chunk.choices[0].delta.content);
			finish = chunk.choices[0]?.finish_reason ?? finish;
			total = chunk.usage?.total_tokens ?? total;
		}
		expect([pieces, finish, total]).toEqual([['Ink ', 'on '], 'length', 9]);
	});

	test('fills in the middle with prompt and suffix', async () => {
		const generator = new WordByWord('a + b');
		const answer = await clientFor(await serve(generator)).completions.create({
			model: 'words',
			prompt: 'return ',
			suffix: ';\n',
			max_tokens: 9,
		});
		expect(answer.choices[0]?.text).toBe('a + b');
		expect(generator.asked[0]?.prompt).toMatchObject({ kind: 'fill', prefix: 'return ', suffix: ';\n' });
	});

	test('that goes away ends the work', async () => {
		const generator = new WordByWord('on and on '.repeat(1000), 5);
		const server = await serve(generator);
		const stream = await clientFor(server).chat.completions.create({ model: 'words', messages, stream: true });
		for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
		await expect.poll(() => generator.cancelled).toBe(1);
	});

	test('is told in its own words what is wrong', async () => {
		const server = await serve(new WordByWord(''));
		const wrongKey = clientFor(server, 'other').models.list();
		await expect(wrongKey).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
		const wrongModel = clientFor(server).chat.completions.create({ model: 'none', messages });
		await expect(wrongModel).rejects.toBeInstanceOf(OpenAI.NotFoundError);
		const noMessages = clientFor(server).chat.completions.create({ model: 'words', messages: [] });
		await expect(noMessages).rejects.toBeInstanceOf(OpenAI.BadRequestError);
	});
});

/** A request with these headers as they are, which `fetch` would not send. */
async function statusFor(server: ModelServer, headers: Record<string, string>, method = 'GET'): Promise<number> {
	const { hostname, port } = new URL(server.url);
	return new Promise((resolve, reject) => {
		const request = httpRequest({ hostname, port, path: '/v1/models', method, headers }, response => {
			response.resume();
			resolve(response.statusCode ?? 0);
		});
		request.on('error', reject);
		request.end();
	});
}

describe('whoever is not a program of this machine with the key', () => {
	const authorization = `Bearer ${key}`;

	test.each([
		['has no key', {}, 401],
		['has another key', { authorization: 'Bearer test-kez' }, 401],
		['has the key without its scheme', { authorization: key }, 401],
		['is a web page', { authorization, origin: 'https://evil.test' }, 403],
		['is a web page opened from a file', { authorization, origin: 'null' }, 403],
		['is a web page of the same origin as another port', { authorization, 'sec-fetch-site': 'same-site' }, 403],
		['comes by a name that was made to point here', { authorization, host: 'rebind.evil.test' }, 403],
		['comes by another port', { authorization, host: '127.0.0.1:1' }, 403],
	])('%s', async (_, headers, status) => {
		const server = await serve(new WordByWord(''));
		expect(await statusFor(server, headers)).toBe(status);
	});

	test('gets no permission for other origins either', async () => {
		const server = await serve(new WordByWord(''));
		const headers = { origin: 'https://evil.test', 'access-control-request-method': 'POST' };
		expect(await statusFor(server, headers, 'OPTIONS')).toBe(403);
	});

	test('the program with the key is let in', async () => {
		const server = await serve(new WordByWord(''));
		expect(await statusFor(server, { authorization })).toBe(200);
	});
});

test('listens on the loopback interface only, and not at all once disposed', async () => {
	const server = await serve(new WordByWord(''));
	const { url } = server;
	expect(new URL(url).hostname).toBe('127.0.0.1');
	started.length = 0;
	await server.dispose();
	await expect(fetch(`${url}/models`)).rejects.toThrow();
});
