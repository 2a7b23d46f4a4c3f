import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxMessageBytes, parseFromEngine, parseToEngine, type FromEngine, type ToEngine } from '../../../src/protocol';

const request = {
	prompt: { kind: 'fill', prefix: 'a', suffix: 'b', extension: 'ts', snippets: [{ path: 'x.ts', text: 'y' }] },
	maxTokens: 16,
	sampling: { temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, seed: 1 },
	stop: ['\n'],
	priority: 'typing',
	timeLimitMs: 500,
	ngramCache: false,
	drafts: false,
} as const;

const usage = { promptTokens: 3, reusedTokens: 0, cutTokens: 0, newTokens: 1, prefillMs: 1.5, decodeMs: 0 };

const toEngine: readonly ToEngine[] = [
	{ type: 'load', call: 1, options: { folder: '/models/a', device: 'auto', threads: 2, cacheBytes: 1e8 } },
	{ type: 'load', call: 1, options: { folder: 'C:\\models\\a', device: 'webgpu', cacheBytes: 0 } },
	{ type: 'load', call: 1, options: { folder: '/a', device: 'cpu', cacheBytes: 0, proofsFolder: '/proofs' } },
	{ type: 'generate', call: 2, request },
	...[
		{ kind: 'continue', text: 'a', extension: '' } as const,
		{
			kind: 'task',
			task: 'translate',
			text: 'a',
			values: { language: 'zh' },
			messages: [{ role: 'user', text: 'b' }],
		} as const,
		{ kind: 'chat', messages: [{ role: 'system', text: 'b' }] } as const,
		{ kind: 'tokens', ids: [1, 2] } as const,
	].map(prompt => ({ type: 'generate', call: 3, request: { ...request, prompt } }) as const),
	{
		type: 'generate',
		call: 3,
		request: {
			...request,
			sampling: {
				temperature: 0,
				noRepeatNgramSize: 3,
				dry: { multiplier: 0.8, base: 1.75, allowedLength: 4 },
				minTokens: 2,
				script: { letters: ['Han'], allow: ['Linux'] },
				beams: { count: 16, lengthPenalty: -0.5, earlyStopping: 'never' },
			},
			candidates: 3,
		},
	},
	{ type: 'cancel', call: 2 },
	{ type: 'countTokens', call: 4, text: 'hello' },
	{ type: 'score', call: 4, request: { prompt: request.prompt, text: 'hello', priority: 'idle' } },
	{ type: 'remember', call: 6, document: { id: 'file:///a.ts', kind: 'open', text: 'let a' } },
	{ type: 'forget', call: 7, id: 'file:///a.ts' },
	{ type: 'forget', call: 8 },
	{ type: 'probe', call: 9, device: 'webgpu' },
	{ type: 'comparePack', call: 10, folder: '/models/a', proofsFolder: '/proofs' },
	{ type: 'ping', call: 5 },
];

const model = {
	id: 'm',
	name: 'm',
	roles: ['fill'],
	tasks: [{ task: 'translate', to: 'zh', unit: 'line' }],
	contextTokens: 1024,
	suffixFirst: true,
	device: 'cpu',
	loadMs: 12,
} as const;

const fromEngine: readonly FromEngine[] = [
	{ type: 'loading', call: 1, fraction: 0.5 },
	{ type: 'remembered', call: 6, totals: { documents: 1, tokens: 2 } },
	{ type: 'loaded', call: 1, model },
	{ type: 'text', call: 2, pieces: [{ text: 'a', logProbability: -0.5 }] },
	{ type: 'done', call: 2, reason: 'stop', usage, tokenIds: [1, 2] },
	{
		type: 'done',
		call: 2,
		reason: 'length',
		usage,
		tokenIds: [1],
		alternatives: [{ text: 'a', logProbability: -1, score: -0.5, tokenIds: [1] }],
	},
	{ type: 'tokenCount', call: 4, count: 3 },
	{ type: 'score', call: 4, score: { logProbability: -7.5, tokens: 3 } },
	{ type: 'probed', call: 9, probe: { device: 'cpu', runtime: '1.30.0', inBuild: ['cpu', 'webgpu'] } },
	{
		type: 'probed',
		call: 9,
		probe: { device: 'dml', runtime: '1.30.0', inBuild: ['cpu'], obstacle: 'notInBuild', detail: 'x' },
	},
	{ type: 'packCompared', call: 10, comparison: { read: true } },
	{
		type: 'packCompared',
		call: 10,
		comparison: { read: false, damage: { file: 'onnx/model_q4.onnx_data_1', problem: 'bytes' } },
	},
	{ type: 'pong', call: 5 },
	{ type: 'failed', call: 6, code: 'badModel', message: 'x' },
	{ type: 'log', level: 'info', message: 'x' },
];

describe('messages to the engine', () => {
	test.each(toEngine)('accepts $type', message => {
		expect(parseToEngine(structuredClone(message))).toEqual({ ok: true, message });
	});

	test.each([
		['a request without a prompt', { type: 'generate', call: 7, request: { ...request, prompt: undefined } }],
		['an unknown priority', { type: 'generate', call: 7, request: { ...request, priority: 'urgent' } }],
		['a negative length', { type: 'generate', call: 7, request: { ...request, maxTokens: -1 } }],
		[
			'a temperature that is not a number',
			{ type: 'generate', call: 7, request: { ...request, sampling: { temperature: NaN } } },
		],
		[
			'a token id that is not whole',
			{ type: 'generate', call: 7, request: { ...request, prompt: { kind: 'tokens', ids: [1.5] } } },
		],
		[
			'a penalty that is not a number',
			{
				type: 'generate',
				call: 7,
				request: {
					...request,
					sampling: { temperature: 0, dry: { multiplier: '1', base: 2, allowedLength: 2 } },
				},
			},
		],
		['no candidate', { type: 'generate', call: 7, request: { ...request, candidates: 0 } }],
		['17 candidates', { type: 'generate', call: 7, request: { ...request, candidates: 17 } }],
		['a device nobody knows', { type: 'load', call: 7, options: { folder: '/a', device: 'tpu', cacheBytes: 1 } }],
		['a device nobody can probe', { type: 'probe', call: 7, device: 'auto' }],
		[
			'a folder for proofs that is no text',
			{ type: 'load', call: 7, options: { folder: '/a', device: 'cpu', cacheBytes: 1, proofsFolder: 3 } },
		],
		['a pack without a folder', { type: 'comparePack', call: 7, folder: '', proofsFolder: '/proofs' }],
		['no folder', { type: 'load', call: 7, options: { folder: '', device: 'cpu', cacheBytes: 1 } }],
		['a text that is a number', { type: 'countTokens', call: 7, text: 5 }],
	])('refuses %s and says which call waits for an answer', (_, message) => {
		expect(parseToEngine(message)).toMatchObject({ ok: false, call: 7 });
	});

	test.each([
		{ count: 0 },
		{ count: 17 },
		{ count: 2, lengthPenalty: Infinity },
		{ count: 2, earlyStopping: 'soon' },
		4,
	])('refuses beams %j', beams => {
		const sampling = { temperature: 0, beams };
		expect(parseToEngine({ type: 'generate', call: 7, request: { ...request, sampling } })).toMatchObject({
			ok: false,
		});
	});

	test.each([
		undefined,
		null,
		5,
		'ping',
		[],
		{},
		{ type: 'ping' },
		{ type: 'ping', call: -1 },
		{ type: 'ping', call: '1' },
	])('refuses %j, which no call waits for', message => {
		expect(parseToEngine(message)).toEqual({ ok: false, reason: expect.any(String) as string });
	});

	test('refuses a message that is too large, whatever it is made of', () => {
		const text = 'x'.repeat(maxMessageBytes / 2 + 1);
		const ids = new Array<number>(maxMessageBytes / 8 + 1).fill(1);
		const messages = Array.from({ length: 90_000 }, () => ({ role: 'user', text: 'a'.repeat(50) }));
		expect(parseToEngine({ type: 'countTokens', call: 7, text })).toMatchObject({ ok: false, call: 7 });
		for (const prompt of [
			{ kind: 'tokens', ids },
			{ kind: 'chat', messages },
		])
			expect(parseToEngine({ type: 'generate', call: 7, request: { ...request, prompt } })).toMatchObject({
				ok: false,
				call: 7,
			});
	});

	test('survives a message that contains itself', () => {
		const message: Record<string, unknown> = { type: 'generate', call: 7 };
		message.request = message;
		expect(parseToEngine(message)).toMatchObject({ ok: false, call: 7 });
	});
});

describe('messages of the engine', () => {
	test.each(fromEngine)('accepts $type', message => {
		expect(parseFromEngine(structuredClone(message))).toEqual({ ok: true, message });
	});

	test.each([
		{ type: 'text', call: 7, pieces: [{ text: 'a', logProbability: NaN }] },
		{ type: 'probed', call: 7, probe: { device: 'cpu', runtime: '1', inBuild: ['cpu'], obstacle: 'laziness' } },
		{ type: 'done', call: 7, reason: 'tired', usage, tokenIds: [] },
		{ type: 'done', call: 7, reason: 'stop', usage: { ...usage, newTokens: -1 }, tokenIds: [] },
		{ type: 'done', call: 7, reason: 'stop', usage, tokenIds: [], alternatives: [{ text: 'a', tokenIds: [] }] },
		{ type: 'failed', call: 7, code: 'whatever', message: 'x' },
		{ type: 'loaded', call: 7, model: { ...model, device: 'abacus' } },
		{ type: 'loading', call: 7, fraction: 2 },
	])('refuses $type with a wrong part', message => {
		expect(parseFromEngine(message)).toMatchObject({ ok: false, call: 7 });
	});
});

test('never throws and never accepts what it would not accept again, on 5,000 random and mutated messages', () => {
	const mutated = fc
		.tuple(fc.constantFrom(...toEngine, ...fromEngine), fc.array(fc.tuple(fc.nat(), fc.anything()), { maxLength: 3 }))
		.map(([message, changes]) => changes.reduce<unknown>(mutate, structuredClone(message)));
	fc.assert(
		fc.property(fc.oneof(mutated, fc.anything()), value => {
			for (const parse of [parseToEngine, parseFromEngine]) {
				const parsed = parse(value);
				if (parsed.ok) expect(parse(parsed.message).ok).toBe(true);
				else expect(parsed.reason).not.toBe('');
			}
		}),
		{ numRuns: 5000 },
	);
});

/** Puts a value in the place of one of the message's parts, at any depth. */
function mutate(message: unknown, [choice, value]: [number, unknown]): unknown {
	const places: (() => void)[] = [];
	const visit = (parent: unknown): void => {
		if (typeof parent !== 'object' || parent === null) return;
		for (const key of Object.keys(parent)) {
			places.push(() => ((parent as Record<string, unknown>)[key] = value));
			visit((parent as Record<string, unknown>)[key]);
		}
	};
	visit(message);
	places[choice % places.length]?.();
	return message;
}
