import { afterEach, describe, expect, test } from 'vitest';
import { silentLog, type Log } from '../../../../src/base';
import { openNetwork, OpenAiServer, type FillMethod, type ServerFacts } from '../../../../src/backends';
import { logProbabilityOf } from '../../../../src/backends/servers/logProbabilities';
import { Completer, defaultCompletionSettings, type Clock, type CompletionOutcome } from '../../../../src/completions';
import { type Usage } from '../../../../src/generation';
import { requestAt } from '../../../helpers/cursorMark';
import { ScriptedServer, type Script } from '../../../helpers/scriptedServer';

const live = new AbortController().signal;
const clock: Clock = { now: () => performance.now(), delay: async () => Promise.resolve() };

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
	for (const server of opened.splice(0)) await server.stop();
});

/** Time limits never pass here: only what the server says decides. */
const patient: Clock = { ...clock, delay: async (ms, signal) => (ms < 1000 ? undefined : untilAborted(signal)) };

async function untilAborted(signal: AbortSignal): Promise<void> {
	if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
}

async function typingAt(
	facts: ServerFacts,
	script: Script,
	log: Log = silentLog,
): Promise<{ server: ScriptedServer; ask: (marked: string) => Promise<CompletionOutcome> }> {
	const server = await ScriptedServer.start(script);
	opened.push(server);
	const generator = new OpenAiServer({
		url: server.url,
		model: 'qwen2.5-coder',
		facts,
		key: () => undefined,
		network: openNetwork,
		log,
	});
	const completer = new Completer({
		generator: async () => Promise.resolve(generator),
		clock: patient,
		settings: () => defaultCompletionSettings,
		log,
		waitForUsage: true,
	});
	return { server, ask: async marked => completer.complete(requestAt(marked), live) };
}

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const choice = (text: string, finish: string | null, logprobs: unknown = null): string =>
	event({ choices: [{ index: 0, text, logprobs, finish_reason: finish }] });
const told = (...numbers: (number | null)[]): object => ({ tokens: numbers.map(() => '?'), token_logprobs: numbers });

/** 'first' is likely, ' + guess;' is not. */
const answers = {
	unsure: choice('first', null, told(-0.01)) + choice(' + guess;', null, told(-1.1, -2.2)) + choice('\n', 'stop'),
	untold: choice('first', null) + choice(' + guess;', null) + choice('\n', 'stop'),
	hopeless: choice('guess', null, told(-3)) + choice(' + more;', null, told(-2)) + choice('\n', 'stop'),
};
const end = 'data: [DONE]\n\n';

describe('how sure a server was decides as it does here', () => {
	test.each([
		['only its sure start is offered', answers.unsure, ['first']],
		['all of it, where the server does not tell', answers.untold, ['first + guess;']],
		['nothing, where it guessed from the start', answers.hopeless, 'lowConfidence'],
	])('%s', async (_, body, expected) => {
		const { server, ask } = await typingAt({ kind: 'vllm', fill: 'prefix' }, (_received, response) =>
			response.end(body + end),
		);
		const outcome = await ask('const total = ▮');
		expect(outcome.kind === 'none' ? outcome.reason : outcome.items.map(({ text }) => text)).toEqual(expected);
		expect(server.received[0]?.body).toMatchObject({ logprobs: 1 });
	});

	test('llama.cpp tells it in its own way', async () => {
		const piece = (content: string, stop: boolean, ...logprobs: number[]): string =>
			event({ content, stop, completion_probabilities: logprobs.map(logprob => ({ id: 1, token: '?', logprob })) });
		const { server, ask } = await typingAt({ kind: 'llamaCpp', fill: 'infill' }, (_received, response) =>
			response.end(piece('first', false, -0.01) + piece(' + guess;\n', false, -1.1, -2.2, -0.1) + piece('', true)),
		);
		expect(await ask('const total = ▮')).toMatchObject({ items: [{ text: 'first' }] });
		expect(server.received[0]).toMatchObject({ path: '/infill', body: { n_probs: 1 } });
	});

	test.each<[ServerFacts['kind'], FillMethod]>([
		['ollama', 'suffix'],
		['unknown', 'suffix'],
		['mistral', 'fimPath'],
	])('%s is not asked for it', async (kind, fill) => {
		const { server, ask } = await typingAt({ kind, fill }, (_received, response) => response.end(answers.untold + end));
		expect(await ask('const total = ▮')).toMatchObject({ items: [{ text: 'first + guess;' }] });
		expect(server.received[0]?.body).not.toHaveProperty('logprobs');
	});

	test('a server that refuses to tell completes all the same, and is not asked again', async () => {
		const { server, ask } = await typingAt({ kind: 'deepSeek', fill: 'deepSeekBeta' }, ({ body }, response) => {
			if (!Object.hasOwn(body as object, 'logprobs')) response.end(answers.untold + end);
			else response.writeHead(400).end('{"error":{"message":"logprobs is not supported"}}');
		});
		for (const marked of ['const total = ▮', 'const other = ▮'])
			expect(await ask(marked)).toMatchObject({ items: [{ text: 'first + guess;' }] });
		expect(server.received).toHaveLength(3);
	});
});

test.each<[unknown, number | undefined]>([
	[{ token_logprobs: [-1, -0.5] }, -1.5],
	[{ content: [{ token: 'a', logprob: -1 }] }, -1],
	[[{ logprob: -0.25 }], -0.25],
	[{ token_logprobs: [-9999] }, -1000],
	[{ token_logprobs: [-1, null] }, undefined],
	[{ token_logprobs: [1] }, undefined],
	[{ token_logprobs: ['-1'] }, undefined],
	[{ token_logprobs: [] }, undefined],
	[{ content: 'text' }, undefined],
	[null, undefined],
	['text', undefined],
])('%j is %s', (value, sum) => {
	expect(logProbabilityOf(value)).toBe(sum);
});

describe('the cache of the server', () => {
	const lines = Array.from({ length: 300 }, (_, line) => `const value${line} = compute(${line}, 'name ${line}');`);
	const after = Array.from({ length: 100 }, (_, line) => `export const late${line} = value${line};`);
	const typed = 'const total = values.reduce((sum, value) => sum + value, 0);';

	const shared = (first: string, second: string): number => {
		let length = 0;
		while (length < first.length && first[length] === second[length]) length++;
		return length;
	};

	/** What of a request a prefix cache can know: the prompt as the model reads it. */
	const promptOf = (body: unknown): string => {
		const { prompt, input_prefix: prefix } = body as { readonly prompt?: string; readonly input_prefix?: string };
		return prompt ?? prefix ?? '';
	};

	test.each<[ServerFacts['kind'], FillMethod]>([
		['vllm', 'tokens'],
		['ollama', 'suffix'],
		['llamaCpp', 'infill'],
		['deepSeek', 'deepSeekBeta'],
	])('%s: while somebody types, a prompt begins with all of the one before (%s)', async (kind, fill) => {
		const { server, ask } = await typingAt({ kind, fill }, (_received, response) =>
			response.end(choice('', 'stop') + end),
		);
		for (let length = 14; length <= typed.length; length++)
			await ask(`${lines.join('\n')}\n${typed.slice(0, length)}▮\n${after.join('\n')}`);
		const prompts = server.received.map(({ body }) => promptOf(body));
		expect(prompts.length).toBeGreaterThan(15);
		const shares = prompts.slice(1).map((prompt, index) => shared(prompts[index]!, prompt) / prompts[index]!.length);
		expect(Math.min(...shares)).toBe(1);
	});

	test('what it still had is in the log', async () => {
		const usage = { prompt_tokens: 900, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 880 } };
		const said: string[] = [];
		const log: Log = { ...silentLog, debug: message => void said.push(message) };
		const { ask } = await typingAt(
			{ kind: 'vllm', fill: 'prefix' },
			(_received, response) => response.end(choice('first', 'stop') + event({ choices: [], usage }) + end),
			log,
		);
		await ask('const total = ▮');
		expect(said.join('\n')).toContain('900 tokens of prompt (880 still in its cache)');
	});
});

test.each<[string, object, Partial<Usage>]>([
	['vLLM, SGLang, OpenAI, DashScope', { prompt_tokens_details: { cached_tokens: 30 } }, { reusedTokens: 30 }],
	['DeepSeek', { prompt_cache_hit_tokens: 24, prompt_cache_miss_tokens: 16 }, { reusedTokens: 24 }],
	['one that does not tell', { prompt_tokens_details: null }, { reusedTokens: 0 }],
	['one that claims more than there was', { prompt_tokens_details: { cached_tokens: 99 } }, { reusedTokens: 40 }],
])('reused tokens as %s reports them', async (_, more, expected) => {
	const usage = { prompt_tokens: 40, completion_tokens: 2, ...more };
	const server = await ScriptedServer.start((_received, response) =>
		response.end(choice('a', 'stop') + event({ choices: [], usage }) + end),
	);
	opened.push(server);
	const facts = { kind: 'vllm', fill: 'prefix' } as const;
	const client = new OpenAiServer({ url: server.url, model: 'm', facts, key: () => undefined, network: openNetwork });
	const prompt = { kind: 'continue', text: 'a', extension: '' } as const;
	const request = { prompt, maxTokens: 4, sampling: { temperature: 0 }, stop: [], priority: 'typing' } as const;
	for await (const one of client.generate(request, live))
		if (one.type === 'done') expect(one.usage).toMatchObject({ promptTokens: 40, ...expected });
});
