import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OpenAiServer, openNetwork, type ServerFacts } from '../../src/backends';
import { findServer, tryModel } from '../../src/editor/serverSetUp';
import { greedy, type GenerateEvent, type GenerateRequest, type Prompt } from '../../src/generation';
import { findPython, TransformersServe } from '../helpers/transformersServe';

/** Our client against a server that we did not write: Hugging Face `transformers serve`. Skipped where its Python packages are not
 * installed. */
const python = await findPython();
if (!python)
	console.log(
		'Skipped: transformers serve is not installed (pip install "transformers[serving]" torch accelerate requests; INKLING_PYTHON).',
	);

const never = new AbortController().signal;
const access = { network: openNetwork, key: undefined };
const chat: Prompt = { kind: 'chat', messages: [{ role: 'user', text: 'Tell me about ink.' }] };

describe.skipIf(!python)('Hugging Face transformers serve', () => {
	const folder = mkdtempSync(join(tmpdir(), 'inkling-serve-'));
	let server: TransformersServe;
	let facts: ServerFacts;

	beforeAll(async () => {
		server = await TransformersServe.start(python!, join(folder, 'tiny'));
	}, 180_000);
	afterAll(async () => {
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	});

	const client = (): OpenAiServer =>
		new OpenAiServer({ url: server.url, model: server.model, facts, key: () => undefined, network: openNetwork });

	const request = (prompt: Prompt, more: Partial<GenerateRequest> = {}): GenerateRequest => ({
		prompt,
		maxTokens: 16,
		sampling: greedy,
		stop: [],
		priority: 'command',
		...more,
	});

	async function collect(
		events: AsyncIterable<GenerateEvent>,
	): Promise<{ text: string; last: GenerateEvent | undefined }> {
		let text = '';
		let last: GenerateEvent | undefined;
		for await (const event of events) {
			last = event;
			if (event.type === 'text') text += event.text;
		}
		return { text, last };
	}

	test('is set up: found, its model tried for chat and for completions', async () => {
		const found = await findServer(server.url, access, never);
		const trial = await tryModel(found, server.model, access, never);
		expect(trial.chatFailure).toBeUndefined();
		expect(trial.facts.fill).toBeDefined();
		facts = trial.facts;
	});

	test('streams the same greedy answer twice', async () => {
		const first = await collect(client().generate(request(chat), never));
		const second = await collect(client().generate(request(chat), never));
		expect(first.text).not.toBe('');
		expect(second.text).toBe(first.text);
		expect(first.last).toMatchObject({ type: 'done', reason: 'length' });
	});

	test('an answer ends at a stop string of ours', async () => {
		const { text } = await collect(client().generate(request(chat), never));
		const stop = text.slice(4, 7);
		const { text: cut, last } = await collect(client().generate(request(chat, { stop: [stop] }), never));
		expect(cut).toBe(text.slice(0, text.indexOf(stop)));
		expect(last).toMatchObject({ reason: 'stop' });
	});

	test('completes at a cursor', async () => {
		const prompt: Prompt = { kind: 'fill', prefix: 'def add(', suffix: '):\n', extension: 'py', snippets: [] };
		const { text } = await collect(client().generate(request(prompt, { priority: 'typing' }), never));
		expect(text).not.toBe('');
	});

	test('is let go on cancel, and answers the next request', async () => {
		const abort = new AbortController();
		const long = request(chat, { maxTokens: 900 });
		let last: GenerateEvent | undefined;
		const startedAt = performance.now();
		for await (const event of client().generate(long, abort.signal)) {
			if (event.type === 'text') abort.abort();
			last = event;
		}
		expect(last).toMatchObject({ reason: 'cancelled' });
		expect(performance.now() - startedAt).toBeLessThan(30_000);
		expect((await collect(client().generate(request(chat), never))).text).not.toBe('');
	});

	test('a model that is not there is said to be missing or refused, with a code', async () => {
		const missing = new OpenAiServer({
			url: server.url,
			model: join(folder, 'no-such-model'),
			facts,
			key: () => undefined,
			network: openNetwork,
			retryDelaysMs: [],
		});
		await expect(collect(missing.generate(request(chat), never))).rejects.toMatchObject({ name: 'GenerationError' });
	});
});
