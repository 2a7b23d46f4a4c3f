import { afterEach, describe, expect, test } from 'vitest';
import { openNetwork } from '../../../../src/backends/networkLedger';
import { OpenAiServer, type OpenAiServerOptions } from '../../../../src/backends/servers';
import { GenerationError, greedy, type GenerateEvent, type GenerateRequest } from '../../../../src/generation';
import { chatAnswer, chatEvent, ScriptedServer, type Script } from '../../../helpers/scriptedServer';

const request: GenerateRequest = {
	prompt: { kind: 'chat', messages: [{ role: 'user', text: 'Hello' }] },
	maxTokens: 64,
	sampling: greedy,
	stop: [],
	priority: 'chat',
};
const never = new AbortController().signal;

const servers: ScriptedServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.stop();
});

async function serverThat(script: Script): Promise<ScriptedServer> {
	const server = await ScriptedServer.start(script);
	servers.push(server);
	return server;
}

const answering = (text: string): Promise<ScriptedServer> => serverThat((_, response) => response.end(text));

const connected = (server: { readonly url: string }, more: Partial<OpenAiServerOptions> = {}): OpenAiServer =>
	new OpenAiServer({
		url: server.url,
		model: 'm',
		key: () => undefined,
		network: openNetwork,
		facts: { kind: 'unknown' },
		retryDelaysMs: [1, 1],
		timeouts: { connectMs: 5000, firstEventMs: 300, idleMs: 300, smallMs: 300 },
		...more,
	});

interface Outcome {
	text: string;
	/** Thoughts as they arrived. */
	thoughts: string[];
	done?: Extract<GenerateEvent, { type: 'done' }>;
	code?: string;
}

/** What a person would have seen: all text, also where it ended with a failure. */
async function outcomeOf(events: AsyncIterable<GenerateEvent>): Promise<Outcome> {
	const outcome: Outcome = { text: '', thoughts: [] };
	try {
		for await (const event of events) {
			if (event.type === 'text') outcome.text += event.text;
			else if (event.type === 'reasoning') outcome.thoughts.push(event.text);
			else outcome.done = event;
		}
	} catch (error) {
		outcome.code = error instanceof GenerationError ? error.code : String(error);
	}
	return outcome;
}

const ask = (
	server: { readonly url: string },
	more: Partial<OpenAiServerOptions> = {},
	asked: Partial<GenerateRequest> = {},
): Promise<Outcome> => outcomeOf(connected(server, more).generate({ ...request, ...asked }, never));

describe('a server that answers', () => {
	test('is sent messages, model, key and limits, and asked for its numbers', async () => {
		const server = await answering(chatAnswer('Ink on paper.'));
		const { text, done } = await ask(server, { key: () => 'secret' }, { stop: ['\n\n'] });
		expect(text).toBe('Ink on paper.');
		expect(done).toMatchObject({ reason: 'stop', usage: { estimated: true } });
		expect(server.received[0]).toMatchObject({
			path: '/v1/chat/completions',
			headers: { authorization: 'Bearer secret' },
			body: {
				model: 'm',
				stream: true,
				stream_options: { include_usage: true },
				max_tokens: 64,
				temperature: 0,
				stop: ['\n\n'],
				messages: [{ role: 'user', content: 'Hello' }],
			},
		});
	});

	test('tells how many tokens it read, had cached and wrote', async () => {
		const usage = { prompt_tokens: 40, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 32 } };
		const server = await answering(
			`${chatEvent({ content: 'a' })}${chatEvent({}, 'length')}data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`,
		);
		const { done } = await ask(server);
		expect(done).toMatchObject({ reason: 'length', usage: { promptTokens: 40, reusedTokens: 32, newTokens: 3 } });
		expect(done?.usage.estimated).toBeUndefined();
	});

	test('stops at a stop string that it ignored itself, and is not read any further', async () => {
		const server = await serverThat((_, response) => {
			const timer = setInterval(
				() => response.write(chatEvent({ content: 'one EN' }) + chatEvent({ content: 'D two' })),
				5,
			);
			response.on('close', () => clearInterval(timer));
		});
		const { text, done } = await ask(server, {}, { stop: ['END'] });
		expect(text).toBe('one ');
		expect(done?.reason).toBe('stop');
		await expect.poll(() => server.hungUp).toBe(1);
	});

	test.each([
		[
			'in fields of their own',
			chatEvent({ reasoning_content: 'Hm. ' }) + chatEvent({ reasoning: 'So.' }) + chatAnswer('Yes.'),
		],
		['between tags', chatAnswer('<think>Hm. So.</think>\n\nYes.')],
	])('keeps its thoughts out of the answer: %s', async (_, body) => {
		const { text, thoughts, done } = await ask(await answering(body));
		expect(text).toBe('Yes.');
		expect(thoughts.join('')).toBe('Hm. So.');
		expect(done?.reasoning).toBe('Hm. So.');
	});

	test.each([
		['in fields of their own', chatEvent({ reasoning_content: 'Hm. ' })],
		['between tags', chatEvent({ content: '<think>Hm. ' })],
	])('hands its thoughts on while it thinks: %s', async (_, first) => {
		let goOn = (): void => undefined;
		const server = await serverThat((_request, response) => {
			response.write(first);
			goOn = () => response.end(chatAnswer(first.includes('<think>') ? 'So.</think>Yes.' : 'Yes.'));
		});
		const seen: string[] = [];
		for await (const event of connected(server).generate(request, never)) {
			seen.push(event.type === 'done' ? event.reason : `${event.type}: ${event.text}`);
			// The answer only comes once the first thought was seen here.
			if (seen.length === 1) goOn();
		}
		expect(seen[0]).toMatch(/^reasoning: Hm\./);
		expect(seen.slice(-2)).toEqual(['text: Yes.', 'stop']);
	});

	test('is let go at once on cancel, which is not an error', async () => {
		const server = await serverThat((_, response) => response.write(chatEvent({ content: 'one' })));
		const abort = new AbortController();
		const seen: string[] = [];
		for await (const event of connected(server).generate(request, abort.signal)) {
			seen.push(event.type === 'done' ? event.reason : event.text);
			abort.abort();
		}
		expect(seen).toEqual(['one', 'cancelled']);
		await expect.poll(() => server.hungUp).toBe(1);
	});

	test('is asked again without a field that it does not know, and only once', async () => {
		const server = await serverThat(({ body }, response) => {
			if (!Object.hasOwn(body as object, 'stream_options')) response.end(chatAnswer('ok'));
			else response.writeHead(400).end('{"error":{"message":"Unknown field: stream_options"}}');
		});
		const generator = connected(server);
		for (let time = 0; time < 2; time++) expect((await outcomeOf(generator.generate(request, never))).text).toBe('ok');
		expect(server.received).toHaveLength(3);
	});

	test('ends an answer when its time is up, with what is there', async () => {
		const server = await serverThat((_, response) => response.write(chatEvent({ content: 'begun' })));
		const { text, done } = await ask(server, {}, { timeLimitMs: 20 });
		expect([text, done?.reason]).toEqual(['begun', 'length']);
	});
});

describe('a server that is busy or away', () => {
	test('is asked again after the time it named, when nothing was shown', async () => {
		let tries = 0;
		const server = await serverThat((_, response) => {
			if (++tries < 3) response.writeHead(tries === 1 ? 429 : 503, { 'retry-after': '0' }).end();
			else response.end(chatAnswer('at last'));
		});
		expect((await ask(server)).text).toBe('at last');
		expect(tries).toBe(3);
	});

	test('is not asked again once a word was shown: what came stays, and nothing comes twice', async () => {
		const server = await serverThat((_, response) => {
			response.write(chatEvent({ content: 'half' }), () => setTimeout(() => response.destroy(), 10));
		});
		expect(await ask(server)).toMatchObject({ text: 'half', code: 'network' });
		expect(server.received).toHaveLength(1);
	});

	test('is left alone by completions until the time it named has passed', async () => {
		const server = await serverThat((_, response) => response.writeHead(429, { 'retry-after': '20' }).end());
		const generator = connected(server, { facts: { kind: 'unknown', fill: 'prefix' } });
		const typing = { ...request, prompt: { kind: 'continue', text: 'a', extension: '' }, priority: 'typing' } as const;
		for (let time = 0; time < 3; time++)
			expect((await outcomeOf(generator.generate(typing, never))).code).toBe('serverBusy');
		expect(server.received).toHaveLength(1);
	});

	test('is not even tried while the network is locked', async () => {
		const server = await answering(chatAnswer('no'));
		const locked = {
			allowNetwork: () => {
				throw new GenerationError('offline', 'locked');
			},
		};
		expect((await ask(server, { network: locked })).code).toBe('offline');
		expect(server.received).toHaveLength(0);
	});
});

describe('completions', () => {
	test('run one at a time, and never behind a chat', async () => {
		let open = 0;
		let most = 0;
		const server = await serverThat(({ path }, response) => {
			if (path.endsWith('/chat/completions')) return void response.write(chatEvent({ content: '...' }));
			most = Math.max(most, ++open);
			setTimeout(() => {
				open--;
				response.end('data: {"choices":[{"text":"x","finish_reason":"stop"}]}\n\n');
			}, 10);
		});
		const generator = connected(server, {
			facts: { kind: 'unknown', fill: 'prefix' },
			timeouts: { connectMs: 5000, firstEventMs: 5000, idleMs: 5000, smallMs: 300 },
		});
		const abort = new AbortController();
		const chats = Array.from({ length: 5 }, () => outcomeOf(generator.generate(request, abort.signal)));
		const typing = { ...request, prompt: { kind: 'continue', text: 'a', extension: '' }, priority: 'typing' } as const;
		const texts = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(generator.generate(typing, never))));
		expect(texts.map(({ text }) => text)).toEqual(['x', 'x', 'x', 'x', 'x']);
		expect(most).toBe(1);
		abort.abort();
		expect((await Promise.all(chats)).map(({ done }) => done?.reason)).toEqual(Array(5).fill('cancelled'));
	});
});
