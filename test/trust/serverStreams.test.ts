import { setTimeout as delay } from 'node:timers/promises';
import { type ServerResponse } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { openNetwork } from '../../src/backends/networkLedger';
import { OpenAiServer } from '../../src/backends/servers';
import { GenerationError, greedy, type GenerateRequest } from '../../src/generation';
import { draws } from '../helpers/draws';
import { chatEvent, ScriptedServer, type Script } from '../helpers/scriptedServer';

/** R15: an answer is the same however its bytes are cut, and a server that fails leaves what came and a coded error. */

const request: GenerateRequest = {
	prompt: { kind: 'chat', messages: [{ role: 'user', text: 'Hello' }] },
	maxTokens: 64,
	sampling: greedy,
	stop: ['<end>'],
	priority: 'chat',
};

const servers: ScriptedServer[] = [];
afterAll(async () => {
	for (const server of servers) await server.stop();
});

/** @param silenceMs after which it counts as gone: waited for by the faults that are silence, so not long there */
async function serverThat(script: Script, silenceMs = 30_000): Promise<OpenAiServer> {
	const server = await ScriptedServer.start(script);
	servers.push(server);
	return new OpenAiServer({
		url: server.url,
		model: 'm',
		key: () => undefined,
		network: openNetwork,
		facts: { kind: 'unknown' },
		retryDelaysMs: [1],
		timeouts: { connectMs: 30_000, firstEventMs: silenceMs, idleMs: silenceMs, smallMs: silenceMs },
	});
}

async function read(server: OpenAiServer): Promise<{ text: string; reasoning?: string | undefined; code?: string }> {
	let text = '';
	let reasoning: string | undefined;
	try {
		for await (const event of server.generate(request, new AbortController().signal)) {
			if (event.type === 'text') text += event.text;
			else if (event.type === 'done') reasoning = event.reasoning;
		}
	} catch (error) {
		return { text, code: error instanceof GenerationError ? error.code : `not coded: ${String(error)}` };
	}
	return { text, reasoning };
}

/** Everything that can be cut in a bad place: long characters, line ends of all kinds, comments, tags, a stop string. */
const whole = Buffer.from(
	[
		': keep-alive\n\n',
		chatEvent({ role: 'assistant', content: '' }),
		chatEvent({ content: '<thi' }),
		chatEvent({ content: 'nk>墨 first</think>\n' }),
		'event: message\r\nid: 7\r\n',
		chatEvent({ content: '墨水 🖋️ ' }).replace('\n\n', '\r\n\r\n'),
		chatEvent({ content: 'writes "quoted\\n" <e' }),
		chatEvent({ content: 'nd of it, really <en' }),
		chatEvent({ content: 'd> never seen' }),
		chatEvent({}, 'stop'),
		'data: [DONE]\n\n',
	].join(''),
);
const expected = { text: '墨水 🖋️ writes "quoted\\n" <end of it, really ', reasoning: '墨 first' };

/** Writes the pieces one after another, each a packet of its own. */
async function writeCut(response: ServerResponse, places: readonly number[]): Promise<void> {
	let start = 0;
	for (const end of [...places, whole.length]) {
		if (response.destroyed) return;
		await new Promise(resolve => response.write(whole.subarray(start, end), resolve));
		start = end;
	}
	response.end();
}

test('an answer is the same however its bytes are cut', async () => {
	const random = randomFrom(20_261_125);
	const server = await serverThat((_, response) => {
		const count = 1 + Math.floor(random() * 6);
		const places = Array.from({ length: count }, () => Math.floor(random() * whole.length)).sort((a, b) => a - b);
		void writeCut(response, places);
	});
	for (let draw = 0; draw < draws(300, 10_000); draw++) expect(await read(server), `draw ${draw}`).toEqual(expected);
});

const half = chatEvent({ content: 'half ' });
const stall = (): void => undefined;
const faults: readonly [string, string, string, Script][] = [
	[
		'refuses the key',
		'unauthorized',
		'',
		(_, response) => response.writeHead(401).end('{"error":{"message":"bad key"}}'),
	],
	['forbids it', 'unauthorized', '', (_, response) => response.writeHead(403).end()],
	['has no such address', 'badResponse', '', (_, response) => response.writeHead(404).end('Not Found')],
	[
		'has no such model',
		'modelMissing',
		'',
		(_, response) => response.writeHead(404).end('{"message":"The model `m` does not exist."}'),
	],
	[
		'redirects to another host',
		'badResponse',
		'',
		(_, response) => response.writeHead(308, { location: 'http://127.0.0.1:1/' }).end(),
	],
	[
		'calls the request bad',
		'badRequest',
		'',
		(_, response) => response.writeHead(400).end('{"error":"context too long"}'),
	],
	['is busy for an hour', 'serverBusy', '', (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end()],
	['is busy, again and again', 'serverBusy', '', (_, response) => response.writeHead(503).end()],
	[
		'refuses the key and never ends saying so',
		'unauthorized',
		'',
		(_, response) => response.writeHead(401).write('{"error":'),
	],
	['breaks', 'badResponse', '', (_, response) => response.writeHead(500).end('<html>oops</html>')],
	['hangs up at once', 'network', '', (_, response) => void response.destroy()],
	['says nothing', 'network', '', stall],
	['sends a head and no body', 'network', '', (_, response) => response.flushHeaders()],
	['sends an empty answer', 'network', '', (_, response) => response.end()],
	['sends a web page', 'badResponse', '', (_, response) => response.end('<!DOCTYPE html><html></html>')],
	['sends an event that is not JSON', 'badResponse', 'half ', (_, response) => response.end(`${half}data: {"choi\n\n`)],
	[
		'sends an event without choices',
		'badResponse',
		'half ',
		(_, response) => response.end(`${half}data: {"ok":true}\n\n`),
	],
	[
		'reports an error in mid-answer',
		'badResponse',
		'half ',
		(_, response) => response.end(`${half}data: {"error":{"message":"CUDA out of memory"}}\n\n`),
	],
	[
		'hangs up in mid-answer',
		'network',
		'half ',
		(_, response) => response.write(half, () => void delay(20).then(() => response.destroy())),
	],
	['falls silent in mid-answer', 'network', 'half ', (_, response) => response.write(half)],
	['closes in mid-answer as if all were well', 'network', 'half ', (_, response) => response.end(half)],
	[
		'gives up in mid-answer',
		'serverBusy',
		'half ',
		(_, response) => response.end(half + chatEvent({}, 'insufficient_system_resource')),
	],
	[
		'sends an event without an end',
		'badResponse',
		'half ',
		(_, response) => {
			response.write(half);
			const piece = 'x'.repeat(1 << 20);
			response.write('data: ');
			for (let count = 0; count < 6; count++) response.write(piece);
		},
	],
	[
		'sends what is no gzip and says it is',
		'badResponse',
		'',
		(_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
	],
];

describe('a server that fails leaves what came and a coded error', () => {
	test.each(faults)('%s: %s', async (_, code, text, script) => {
		expect(await read(await serverThat(script, 2000))).toEqual({ text, code });
	});

	test('and so does one that is not there', async () => {
		const server = await ScriptedServer.start(stall);
		await server.stop();
		const client = new OpenAiServer({
			url: server.url,
			model: 'm',
			key: () => undefined,
			network: openNetwork,
			facts: { kind: 'unknown' },
			retryDelaysMs: [1],
		});
		expect(await read(client)).toEqual({ text: '', code: 'network' });
	});
});

/** Mulberry32: the same cuts on every machine. */
function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
