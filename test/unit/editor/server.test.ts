import { afterEach, describe, expect, test } from 'vitest';
import { matchesAny } from '../../../src/editor/egress';
import { parseServerUrl } from '../../../src/editor/server';
import { resolveRole } from '../../../src/editor/serverRoles';
import { findServer, tryModel } from '../../../src/editor/serverSetUp';
import { openNetwork } from '../../../src/backends';
import { type GenerateRequest, greedy, type TextGenerator } from '../../../src/generation';
import { chatAnswer, ScriptedServer, type Script } from '../../helpers/scriptedServer';
import { FakeUser } from '../../helpers/serverParts';

const never = new AbortController().signal;
const request: GenerateRequest = {
	prompt: { kind: 'chat', messages: [{ role: 'user', text: 'Hello' }] },
	maxTokens: 8,
	sampling: greedy,
	stop: [],
	priority: 'chat',
};

const servers: ScriptedServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.stop();
});

async function serverThat(script: Script): Promise<ScriptedServer> {
	const server = await ScriptedServer.start(script);
	servers.push(server);
	return server;
}

async function ask(generator: TextGenerator | undefined): Promise<string> {
	let text = '';
	for await (const event of generator!.generate(request, never)) if (event.type === 'text') text += event.text;
	return text;
}

describe('where a role runs', () => {
	const raw = {
		url: 'http://a/v1',
		model: 'm',
		roles: undefined,
		profiles: [{ name: 'big', url: 'http://b/v1', model: 'n' }, { name: 'broken' }, 7],
	};

	test('completions stay on this machine, tasks and chat go to the connected server', () => {
		expect(resolveRole('completion', raw)).toBeUndefined();
		expect(resolveRole('tasks', raw)).toEqual({ url: 'http://a/v1', model: 'm' });
		expect(resolveRole('chat', { ...raw, url: '' })).toBeUndefined();
	});

	test('each role may go to a profile of its own; a name that does not exist runs here', () => {
		const roles = { completion: 'big', tasks: 'local', chat: 'biig' };
		expect(resolveRole('completion', { ...raw, roles })).toMatchObject({ url: 'http://b/v1' });
		expect(resolveRole('tasks', { ...raw, roles })).toBeUndefined();
		expect(resolveRole('chat', { ...raw, roles })).toBeUndefined();
	});

	test('a second server takes the roles it was chosen for, and leaves the others where they were', async () => {
		const user = new FakeUser();
		const facts = { kind: 'unknown', fill: 'suffix' } as const;
		const [first, second] = ['http://a:1/v1', 'http://b:2/v1'].map(url => ({ url, model: 'm' }));
		await user.server.connect(first!, { roles: ['completion', 'tasks'], facts, key: undefined });
		expect(user.server.target('chat')).toBeUndefined();
		await user.server.connect(second!, { roles: ['chat'], facts, key: undefined });
		expect(user.server.target('completion')).toMatchObject(first!);
		expect(user.server.target('tasks')).toMatchObject(first!);
		expect(user.server.target('chat')).toEqual(second);
		await user.server.connect(second!, { roles: ['tasks'], facts, key: undefined });
		expect(user.server.target('completion')).toMatchObject(first!);
		expect(user.server.target('tasks')).toEqual(second);
		expect(user.server.target('chat')).toBeUndefined();
	});

	test('one command takes everything back, and keeps address and key', async () => {
		const user = new FakeUser();
		const everywhere = ['completion', 'tasks', 'chat'] as const;
		const target = { url: 'http://127.0.0.1:9/v1', model: 'm' };
		await user.server.connect(target, { roles: everywhere, facts: { kind: 'unknown' }, key: 'k' });
		expect(user.server.isUsed).toBe(true);
		await user.server.backToLocal();
		expect(user.server.isUsed).toBe(false);
		expect([user.url, user.stored.size]).toEqual(['http://127.0.0.1:9/v1', 1]);
		await user.server.disconnect(user.url);
		expect([user.url, user.stored.size]).toEqual(['', 0]);
	});
});

describe('addresses', () => {
	test.each([
		['http://127.0.0.1:8000/v1/', 'http://127.0.0.1:8000/v1'],
		['localhost:11434', 'http://localhost:11434'],
		['gpu.example.com/v1', 'https://gpu.example.com/v1'],
		['HTTPS://GPU.example.com:443/v1', 'https://gpu.example.com/v1'],
		['https://user:word@host/v1', undefined],
		['https://host/v1?key=1', undefined],
		['file:///etc/passwd', undefined],
		['https://a b/v1', undefined],
		['', undefined],
	])('%s', (typed, url) => {
		expect(parseServerUrl(typed)).toBe(url);
	});
});

describe('setting up', () => {
	const listing: Script = ({ path }, response) => {
		if (path === '/v1/models')
			response.end('{"object":"list","data":[{"id":"m","owned_by":"vllm","max_model_len":4096}]}');
		else if (path === '/v1/chat/completions') response.end(chatAnswer('OK.'));
		else if (path === '/v1/completions')
			response.writeHead(400).end('{"message":"suffix is not currently supported","code":400}');
		else response.writeHead(404).end('{"detail":"Not Found"}');
	};

	test('an address without /v1 is completed, the server recognised and its model tried', async () => {
		const server = await serverThat(listing);
		const access = { network: openNetwork, key: undefined };
		const found = await findServer(server.origin, access, never);
		expect(found).toMatchObject({ url: server.url, models: [{ id: 'm', contextTokens: 4096 }] });
		const { facts, chatFailure } = await tryModel(found, 'm', access, never);
		expect(facts).toEqual({ kind: 'vllm', contextTokens: 4096 });
		expect(chatFailure).toBeUndefined();
	});

	test('a server that cannot list its models is used all the same, with a name that is typed', async () => {
		const server = await serverThat((received, response) => {
			if (received.path === '/v1/models') response.writeHead(500).end('Internal Server Error');
			else listing(received, response);
		});
		const access = { network: openNetwork, key: undefined };
		const found = await findServer(server.url, access, never);
		expect(found).toEqual({ url: server.url, models: [] });
		expect((await tryModel(found, 'm', access, never)).chatFailure).toBeUndefined();
	});

	test('a server that wants a key says so, at the step "key"', async () => {
		const server = await serverThat((_, response) => response.writeHead(401).end('{"error":{"message":"no key"}}'));
		const failing = findServer(server.url, { network: openNetwork, key: undefined }, never);
		await expect(failing).rejects.toMatchObject({ step: 'key', code: 'unauthorized', said: 'no key' });
	});

	test('what fails is the connection, where nothing listens', async () => {
		const failing = findServer('http://127.0.0.1:1/v1', { network: openNetwork, key: undefined }, never);
		await expect(failing).rejects.toMatchObject({ step: 'connection' });
	});

	test('TLS against a server that speaks plain http fails at the step "tls"', async () => {
		const server = await serverThat(listing);
		const url = server.url.replace('http:', 'https:');
		await expect(findServer(url, { network: openNetwork, key: undefined }, never)).rejects.toMatchObject({
			step: 'tls',
		});
	});

	test('a key reaches the origin it was given for', async () => {
		const server = await serverThat((_, response) => response.end(chatAnswer('OK.')));
		const user = new FakeUser();
		const roles = ['tasks', 'chat'] as const;
		await user.server.connect({ url: server.url, model: 'm' }, { roles, facts: { kind: 'unknown' }, key: 'secret' });
		expect(await ask(await user.server.generator('chat'))).toBe('OK.');
		expect(server.received[0]?.headers.authorization).toBe('Bearer secret');
	});
});

test.each([
	['src/secret/**', 'src/secret/a/b.ts', true],
	['src/secret/**', 'src/secrets.ts', false],
	['*.pem', 'deep/down/KEY.PEM', true],
	['/notes', 'notes/today.md', true],
	['/notes', 'src/notes/today.md', false],
	['*.md', '../outside/readme.md', true],
])('the rule %s for %s: %s', (glob, path, forbidden) => {
	expect(matchesAny([glob], path)).toBe(forbidden);
});
