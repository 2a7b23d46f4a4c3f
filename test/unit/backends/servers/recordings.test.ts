import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openNetwork, type OpenAiTokens } from '../../../../src/backends';
import { OpenAiServer } from '../../../../src/backends/servers';
import { findServer, tryModel } from '../../../../src/editor/serverSetUp';
import {
	GenerationError,
	greedy,
	type GenerateEvent,
	type GenerateRequest,
	type Prompt,
} from '../../../../src/generation';
import { ScriptedServer, type Script } from '../../../helpers/scriptedServer';

interface Route {
	readonly json?: unknown;
	/** Status of `json`; 200 when absent. */
	readonly status?: number;
	readonly events?: readonly object[];
	readonly withoutDone?: boolean;
	/** Comments between the events keep the connection open. */
	readonly comments?: boolean;
}

/** What a kind of server answers, by its documentation. */
interface Recording {
	readonly source: string;
	readonly model: string;
	/** Path of the base address; '/v1' when absent. */
	readonly base?: string;
	/** Public address that gives the kind away; requests to it are led to the recording. */
	readonly address?: string;
	readonly routes: Readonly<Record<string, Route>>;
	readonly expect: {
		readonly facts: object;
		/** Absent where the model cannot chat. */
		readonly chat?: string;
		readonly reasoning?: string;
		/** Absent where it cannot complete at a cursor. */
		readonly fill?: string;
		/** Of the completion, where the server tells. */
		readonly logProbability?: number;
		/** Tokens of 'Hello, world'; absent where they are estimated. */
		readonly tokens?: number;
		readonly usage?: object;
	};
}

const folder = join(import.meta.dirname, '../../../fixtures/servers');
const recordings = readdirSync(folder)
	.filter(name => name.endsWith('.json'))
	.map(name => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recording] as const);

const servers: ScriptedServer[] = [];
afterEach(async () => {
	vi.unstubAllGlobals();
	for (const server of servers.splice(0)) await server.stop();
});

/** Answers as recorded; everything else is not found, as it is there. */
const replay =
	({ routes }: Recording): Script =>
	({ method, path }, response) => {
		const route = routes[`${method} ${path}`];
		if (!route) response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}');
		else if (route.events) {
			const comment = route.comments ? ': keep-alive\n\n' : '';
			const events = route.events.map(event => `${comment}data: ${JSON.stringify(event)}\n\n`).join('');
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			response.end(route.withoutDone ? events : `${events}data: [DONE]\n\n`);
		} else response.writeHead(route.status ?? 200).end(JSON.stringify(route.json));
	};

async function collect(
	events: AsyncIterable<GenerateEvent>,
): Promise<{ text: string; logProbability: number; done: GenerateEvent | undefined }> {
	let text = '';
	let logProbability = 0;
	let done: GenerateEvent | undefined;
	for await (const event of events) {
		if (event.type === 'text') {
			text += event.text;
			logProbability += event.logProbability;
		} else if (event.type === 'done') done = event;
	}
	return { text, logProbability, done };
}

const never = new AbortController().signal;
const fill: Prompt = { kind: 'fill', prefix: 'return ', suffix: ';\n', extension: 'ts', snippets: [] };
const chat: Prompt = { kind: 'chat', messages: [{ role: 'user', text: 'Hello' }] };
const requestFor = (prompt: Prompt, priority: GenerateRequest['priority']): GenerateRequest => ({
	prompt,
	maxTokens: 32,
	sampling: greedy,
	stop: [],
	priority,
});

/** Leads requests for a public address to a server of this test; nothing else may be asked. */
function redirect(address: string, server: ScriptedServer): void {
	const { fetch } = globalThis;
	const { origin } = new URL(address);
	vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
		if (new URL(url).origin !== origin) throw new Error(`Asked ${url}.`);
		return fetch(url.replace(origin, server.origin), init);
	});
}

/** Counts 'Hello, world' as OpenAI's vocabularies do; that they do is tested with the vocabularies. */
const tokens: OpenAiTokens = { count: async () => Promise.resolve(3) };

describe.each(recordings)('%s', (_, recording) => {
	const { model, expect: expected } = recording;
	let url: string;
	let client: OpenAiServer;
	let chatFailure: unknown;

	beforeEach(async () => {
		const server = await ScriptedServer.start(replay(recording));
		servers.push(server);
		if (recording.address !== undefined) redirect(recording.address, server);
		url = recording.address ?? `${server.origin}${recording.base ?? '/v1'}`;
		const access = { network: openNetwork, key: 'k' };
		const trial = await tryModel(await findServer(url, access, never), model, access, never);
		expect(trial.facts).toEqual(expected.facts);
		chatFailure = trial.chatFailure;
		client = new OpenAiServer({ url, model, facts: trial.facts, key: () => 'k', network: openNetwork, tokens });
	});

	test('chats in its own way', async () => {
		if (expected.chat === undefined) {
			expect(chatFailure).toBeInstanceOf(GenerationError);
			return;
		}
		expect(chatFailure).toBeUndefined();
		const answer = await collect(client.generate(requestFor(chat, 'chat'), never));
		expect(answer.text).toBe(expected.chat);
		expect(answer.done).toMatchObject({ reason: 'stop', usage: expected.usage });
		expect((answer.done as { readonly reasoning?: string }).reasoning).toBe(expected.reasoning);
	});

	test('completes in its own way', async () => {
		const answer = collect(client.generate(requestFor(fill, 'typing'), never));
		if (expected.fill === undefined) {
			await expect(answer).rejects.toMatchObject({ code: 'unsupportedTask' });
			return;
		}
		expect((await answer).text).toBe(expected.fill);
		expect((await answer).logProbability).toBeCloseTo(expected.logProbability ?? 0, 6);
	});

	test('counts in its own way', async () => {
		expect(client.model.tokenCounts).toBe(expected.tokens === undefined ? 'estimate' : 'exact');
		if (expected.tokens !== undefined) expect(await client.countTokens('Hello, world')).toBe(expected.tokens);
	});
});
