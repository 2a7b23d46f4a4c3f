import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { OpenAiServer, openNetwork } from '../../src/backends';
import { greedy, type GenerateEvent, type GenerateRequest, type Usage } from '../../src/generation';
import { ModelServer } from '../../src/serving';
import { startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';

/** A real model behind our own endpoint, used by the official client and by our own one. */
const model = 'inkling-code';
const gap = { prefix: 'export function add(a: number, b: number): number {\n\treturn ', suffix: ';\n}\n' };

let engine: InProcessEngine;
let server: ModelServer;

beforeAll(async () => {
	engine = await startInProcess(`${import.meta.dirname}/../../models/${model}`);
	const generator = {
		model: engine.model,
		countTokens: (text: string) => engine.client.countTokens(text),
		generate: (request: GenerateRequest, signal: AbortSignal) => engine.client.generate(request, signal),
	};
	const models = { list: () => Promise.resolve([model]), open: () => Promise.resolve(generator) };
	server = await ModelServer.start({ models, key: 'k', port: 0, log: silentLog });
});
afterAll(async () => {
	await server.dispose();
	engine.dispose();
});

/** What the engine itself says, without any server. */
async function direct(): Promise<string> {
	const request: GenerateRequest = {
		prompt: { kind: 'fill', ...gap, extension: '', snippets: [] },
		maxTokens: 12,
		sampling: greedy,
		stop: [],
		priority: 'command',
		ngramCache: false,
	};
	let text = '';
	for await (const event of engine.client.generate(request, new AbortController().signal))
		if (event.type === 'text') text += event.text;
	return text;
}

const ownClient = (): OpenAiServer =>
	new OpenAiServer({
		url: server.url,
		model,
		facts: { kind: 'inkling', fill: 'suffix' },
		key: () => 'k',
		network: openNetwork,
	});

describe('a real model behind the OpenAI protocol', () => {
	test('the official client gets what the engine says, whole and in a stream', async () => {
		const client = new OpenAI({ baseURL: server.url, apiKey: 'k', maxRetries: 0 });
		const body = { model, prompt: gap.prefix, suffix: gap.suffix, max_tokens: 12, temperature: 0 };
		const expected = await direct();
		expect(expected).not.toBe('');
		const whole = await client.completions.create(body);
		expect(whole.choices[0]?.text).toBe(expected);
		expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
		let streamed = '';
		for await (const chunk of await client.completions.create({ ...body, stream: true }))
			streamed += chunk.choices[0]?.text ?? '';
		expect(streamed).toBe(expected);
	});

	test('and so does our own', async () => {
		const client = ownClient();
		const request: GenerateRequest = {
			prompt: { kind: 'fill', ...gap, extension: 'ts', snippets: [] },
			maxTokens: 12,
			sampling: greedy,
			stop: [],
			priority: 'typing',
		};
		const numbers: Usage[] = [];
		for (let time = 0; time < 2; time++) {
			let text = '';
			for await (const event of client.generate(request, new AbortController().signal)) {
				if (event.type === 'text') text += event.text;
				else if (event.type === 'done') numbers.push(event.usage);
			}
			expect(text).toBe(await direct());
		}
		// The second time the prompt is still in the KV cache, and the server says so.
		expect(numbers[1]?.estimated).toBeUndefined();
		expect(numbers[1]?.promptTokens).toBe(numbers[0]?.promptTokens);
		expect(numbers[1]?.reusedTokens).toBeGreaterThan(numbers[1]!.promptTokens / 2);
	});

	test('our own is told how sure the model was, as the engine says it', async () => {
		const client = ownClient();
		const request: GenerateRequest = {
			prompt: { kind: 'fill', ...gap, extension: '', snippets: [] },
			maxTokens: 12,
			sampling: greedy,
			stop: [],
			priority: 'typing',
			ngramCache: false,
		};
		const never = new AbortController().signal;
		const sum = async (events: AsyncIterable<GenerateEvent>): Promise<number> => {
			let total = 0;
			for await (const event of events) if (event.type === 'text') total += event.logProbability;
			return total;
		};
		const here = await sum(engine.client.generate(request, never));
		expect(here).toBeLessThan(0);
		expect(await sum(client.generate(request, never))).toBeCloseTo(here, 3);
		const official = new OpenAI({ baseURL: server.url, apiKey: 'k', maxRetries: 0 });
		const body = { model, prompt: gap.prefix, suffix: gap.suffix, max_tokens: 12, temperature: 0, logprobs: 1 };
		const told = (await official.completions.create(body)).choices[0];
		expect(told?.logprobs?.tokens?.join('')).toBe(told?.text);
		expect(told?.logprobs?.token_logprobs?.reduce((total, one) => total + one, 0)).toBeCloseTo(here, 3);
	});

	test('while somebody types, most of each prompt is still in the cache of the server', async () => {
		const client = ownClient();
		const typed = 'const total = add(first, second);';
		const shares: number[] = [];
		for (let length = 1; length <= typed.length; length++) {
			const prompt = { kind: 'fill', prefix: gap.prefix + typed.slice(0, length), suffix: gap.suffix } as const;
			const request: GenerateRequest = {
				prompt: { ...prompt, extension: 'ts', snippets: [] },
				maxTokens: 2,
				sampling: greedy,
				stop: [],
				priority: 'typing',
			};
			for await (const event of client.generate(request, new AbortController().signal))
				if (event.type === 'done') shares.push(event.usage.reusedTokens / event.usage.promptTokens);
		}
		const later = shares.slice(1);
		expect(later.reduce((sum, share) => sum + share, 0) / later.length).toBeGreaterThan(0.9);
	});
});
