import { afterAll, describe, expect, test } from 'vitest';
import { NetworkLedger, OpenAiServer, type ServerFacts } from '../../src/backends';
import { parseServerUrl } from '../../src/editor/server';
import { greedy, type GenerateEvent, type GenerateRequest, type TextGenerator } from '../../src/generation';
import { chatAnswer, ScriptedServer } from '../helpers/scriptedServer';
import { FakeUser } from '../helpers/serverParts';

/** S5: a key is bound to the origin it was given for. */

const home = 'https://gpu.example.com:8443';
const key = 'sk-canary-7f3a';
const roles = ['completion', 'tasks', 'chat'] as const;
const facts: ServerFacts = { kind: 'unknown', fill: 'suffix' };

/** Addresses that look like the one the key was given for and are another origin, or no address at all. */
const lookalikes = [
	'http://gpu.example.com:8443/v1',
	'https://gpu.example.com/v1',
	'https://gpu.example.com:443/v1',
	'https://gpu.example.com:8444/v1',
	'https://gpu.example.com:08444/v1',
	'https://gpu.example.com.evil.test:8443/v1',
	'https://evil.test/gpu.example.com:8443/v1',
	'https://evil.test:8443/v1',
	'https://evil.test/?https://gpu.example.com:8443/v1',
	'https://evil.test/#https://gpu.example.com:8443/v1',
	'https://gpu.example.com:8443@evil.test/v1',
	'https://gpu.example.com@evil.test:8443/v1',
	'https://key@gpu.example.com:8443/v1',
	'https://user:word@gpu.example.com:8443/v1',
	'https://:word@gpu.example.com:8443/v1',
	'https://gpu.example.com%3A8443@evil.test/v1',
	'https://gpu.example.com\\@evil.test:8443/v1',
	'https://evil.test\\@gpu.example.com:8443/v1',
	'https://gpu.example.com:8443\\evil',
	'https://gpu.example.com.:8443/v1',
	'https://gpu.example.com..:8443/v1',
	'https://xgpu.example.com:8443/v1',
	'https://gpu-example.com:8443/v1',
	'https://gpu.examp1e.com:8443/v1',
	'https://gpu.example.co:8443/v1',
	'https://gpu.example.com.:443/v1',
	'https://example.com:8443/v1',
	'https://sub.gpu.example.com:8443/v1',
	'https://gрu.example.com:8443/v1',
	'https://gpu.exаmple.com:8443/v1',
	'https://gpu.example。evil.test:8443/v1',
	'https://gpu\u00ad2.example.com:8443/v1',
	'https://gpu.example.com\u2024evil.test:8443/v1',
	'https://gpu.example.com／evil.test:8443/v1',
	'https://gpu.example.com%2eevil.test:8443/v1',
	'https://gpu.example.com%00.evil.test:8443/v1',
	'https://gpu.example.com:8443 .evil.test/v1',
	'https://gpu.example.com:84430/v1',
	'https://gpu.example.com:844/v1',
	'https://gpu.example.com:-8443/v1',
	'https://[::1]:8443/v1',
	'https://127.0.0.1:8443/v1',
	'https://0x7f.1:8443/v1',
	'ftp://gpu.example.com:8443/v1',
	'ws://gpu.example.com:8443/v1',
	'file://gpu.example.com:8443/v1',
	'javascript:fetch("https://gpu.example.com:8443")',
	'data:text/plain,https://gpu.example.com:8443',
	'//evil.test:8443/gpu.example.com:8443',
	'https:gpu.example.com.evil.test:8443',
];

async function userWithKey(): Promise<FakeUser> {
	const user = new FakeUser();
	await user.server.connect({ url: `${home}/v1`, model: 'm' }, { roles, facts, key });
	return user;
}

describe('a key is bound to the origin it was given for', () => {
	test('there are at least 50 look-alikes', () => {
		expect(new Set(lookalikes).size).toBeGreaterThanOrEqual(50);
	});

	test.each(lookalikes)('no key for %j', async address => {
		const user = await userWithKey();
		const url = parseServerUrl(address);
		if (url === undefined) return;
		expect(new URL(url).origin).not.toBe(home);
		expect(await user.server.keyFor(new URL(url).origin)).toBeUndefined();
	});

	test.each([`${home}/v1`, `${home}/other/v2/`, 'HTTPS://GPU.EXAMPLE.COM:8443/v1'])('the key for %s', async address => {
		const user = await userWithKey();
		expect(await user.server.keyFor(new URL(parseServerUrl(address)!).origin)).toBe(key);
	});
});

const servers: ScriptedServer[] = [];
afterAll(async () => {
	for (const server of servers) await server.stop();
});

async function start(...script: Parameters<typeof ScriptedServer.start>): Promise<ScriptedServer> {
	const server = await ScriptedServer.start(...script);
	servers.push(server);
	return server;
}

const request: GenerateRequest = {
	prompt: { kind: 'chat', messages: [{ role: 'user', text: 'canary-prompt' }] },
	maxTokens: 4,
	sampling: greedy,
	stop: [],
	priority: 'chat',
};

async function drain(generator: TextGenerator): Promise<GenerateEvent[]> {
	const events: GenerateEvent[] = [];
	for await (const event of generator.generate(request, new AbortController().signal)) events.push(event);
	return events;
}

test.each([301, 302, 303, 307, 308])('a redirect (%i) takes neither key nor text elsewhere', async status => {
	const elsewhere = await start((_, response) => response.end(chatAnswer('gotcha')));
	const server = await start((_, response) => response.writeHead(status, { location: elsewhere.url }).end());
	const user = new FakeUser();
	await user.server.connect({ url: server.url, model: 'm' }, { roles, facts, key });
	const generator = await user.server.generator('chat');
	await expect(drain(generator!)).rejects.toMatchObject({ code: 'badResponse' });
	expect(server.received).toHaveLength(1);
	expect(elsewhere.received).toEqual([]);
});

test('the same address on another port of this machine is asked without the key', async () => {
	const first = await start((_, response) => response.end(chatAnswer('one')));
	const second = await start((_, response) => response.end(chatAnswer('two')));
	const user = new FakeUser();
	await user.server.connect({ url: first.url, model: 'm' }, { roles, facts, key });
	user.url = second.url;
	const generator = await user.server.generator('chat');
	await drain(generator!);
	expect(second.received.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

test('S6: neither key nor text is in the ledger or in what a failure says, even when the server repeats both', async () => {
	const ledger = new NetworkLedger(() => false, Date.now);
	const messages: string[] = [];
	const replies: readonly ((text: string) => string)[] = [
		text => text,
		text => JSON.stringify({ error: { message: `not valid: ${text}` } }),
		text => JSON.stringify({ detail: [{ loc: ['body'], msg: `bad input ${text}`, input: text }] }),
	];
	for (const status of [400, 401, 404, 429, 500, 200]) {
		for (const reply of replies) {
			const server = await start(({ headers, body }, response) => {
				const echo = reply(`${headers.authorization ?? ''} ${JSON.stringify(body)} canary-prompt`);
				const text = status === 200 ? `data: {"error":${JSON.stringify(echo)}}\n\n` : echo;
				response.writeHead(status, { 'retry-after': '99' }).end(text);
			});
			const client = new OpenAiServer({
				url: server.url,
				model: 'm',
				key: () => key,
				network: ledger,
				facts,
				retryDelaysMs: [],
			});
			const error = await drain(client).catch((reason: unknown) => reason);
			messages.push(error instanceof Error ? `${error.message} ${String(error.stack)}` : 'no error');
		}
	}
	expect(messages).toHaveLength(18);
	expect(messages.join()).not.toContain('no error');
	expect(`${messages.join()} ${JSON.stringify(ledger.entries)}`).not.toMatch(/canary/);
});
