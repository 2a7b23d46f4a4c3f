import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openNetwork } from '../../../../src/backends';
import { OpenAiServer } from '../../../../src/backends/servers';
import { findServer, tryModel } from '../../../../src/editor/serverSetUp';
import { greedy, type GenerateEvent, type GenerateRequest, type Prompt } from '../../../../src/generation';
import { ScriptedServer, type Script } from '../../../helpers/scriptedServer';

/** What a kind of server answers, by its documentation. */
interface Recording {
	readonly source: string;
	readonly model: string;
	/** Path of the base address; '/v1' when absent. */
	readonly base?: string;
	readonly routes: Readonly<
		Record<string, { readonly json?: unknown; readonly events?: readonly object[]; readonly withoutDone?: boolean }>
	>;
	readonly expect: {
		readonly facts: object;
		readonly chat: string;
		readonly reasoning?: string;
		readonly fill: string;
		readonly tokens?: number;
		readonly usage: object;
	};
}

const folder = join(import.meta.dirname, '../../../fixtures/servers');
const recordings = readdirSync(folder)
	.filter(name => name.endsWith('.json'))
	.map(name => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recording] as const);

const servers: ScriptedServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.stop();
});

/** Answers as recorded; everything else is not found, as it is there. */
const replay =
	({ routes }: Recording): Script =>
	({ method, path }, response) => {
		const route = routes[`${method} ${path}`];
		if (!route) response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}');
		else if (route.events) {
			const events = route.events.map(event => `data: ${JSON.stringify(event)}\n\n`).join('');
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			response.end(route.withoutDone ? events : `${events}data: [DONE]\n\n`);
		} else response.end(JSON.stringify(route.json));
	};

async function collect(
	events: AsyncIterable<GenerateEvent>,
): Promise<{ text: string; done: GenerateEvent | undefined }> {
	let text = '';
	let done: GenerateEvent | undefined;
	for await (const event of events) {
		if (event.type === 'text') text += event.text;
		else done = event;
	}
	return { text, done };
}

const never = new AbortController().signal;
const fill: Prompt = { kind: 'fill', prefix: 'return ', suffix: ';\n', extension: 'ts', snippets: [] };
const chat: Prompt = { kind: 'chat', messages: [{ role: 'user', text: 'Hello' }] };
const requestFor = (prompt: Prompt): GenerateRequest => ({
	prompt,
	maxTokens: 32,
	sampling: greedy,
	stop: [],
	priority: 'chat',
});

describe.each(recordings)('%s', (_, recording) => {
	test('is recognised, and chats, completes and counts in its own way', async () => {
		const server = await ScriptedServer.start(replay(recording));
		servers.push(server);
		const url = `${server.origin}${recording.base ?? '/v1'}`;
		const found = await findServer(url, { network: openNetwork, key: 'k' }, never);
		const { facts, chatFailure } = await tryModel(found, recording.model, { network: openNetwork, key: 'k' }, never);
		expect({ facts, chatFailure }).toEqual({ facts: recording.expect.facts, chatFailure: undefined });
		const client = new OpenAiServer({ url, model: recording.model, facts, key: () => 'k', network: openNetwork });
		const answer = await collect(client.generate(requestFor(chat), never));
		expect(answer.text).toBe(recording.expect.chat);
		expect(answer.done).toMatchObject({ reason: 'stop', usage: recording.expect.usage });
		expect((answer.done as { readonly reasoning?: string }).reasoning).toBe(recording.expect.reasoning);
		expect((await collect(client.generate(requestFor(fill), never))).text).toBe(recording.expect.fill);
		const { tokens } = recording.expect;
		expect(client.model.tokenCounts).toBe(tokens === undefined ? 'estimate' : 'exact');
		if (tokens !== undefined) expect(await client.countTokens('Hello, world')).toBe(tokens);
	});
});
