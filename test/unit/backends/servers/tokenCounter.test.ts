import { afterEach, describe, expect, test } from 'vitest';
import { openNetwork, OpenAiServer, type OpenAiTokens, type ServerKind } from '../../../../src/backends';
import { vocabularyOf } from '../../../../src/backends/servers/openAiVocabulary';
import { ScriptedServer, type Script } from '../../../helpers/scriptedServer';

const servers: ScriptedServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.stop();
});

async function clientOf(kind: ServerKind, script: Script, tokens?: OpenAiTokens, model = 'm'): Promise<OpenAiServer> {
	const server = await ScriptedServer.start(script);
	servers.push(server);
	const facts = { kind };
	return new OpenAiServer({
		url: server.url,
		model,
		facts,
		key: () => undefined,
		network: openNetwork,
		...(tokens && { tokens }),
	});
}

const refusing =
	(status: number): Script =>
	(_, response) =>
		response.writeHead(status).end('{"detail":"no"}');
/** 13 bytes, so that an estimate is 5. */
const text = 'Hello, world!';

test.each<[ServerKind, string, string | undefined]>([
	['openAi', 'gpt-4o-mini', 'o200k_base'],
	['openAi', 'gpt-4.1', 'o200k_base'],
	['openAi', 'gpt-5-nano', 'o200k_base'],
	['openAi', 'o3-mini', 'o200k_base'],
	['openAi', 'ft:gpt-4o-2024-08-06:team::id', 'o200k_base'],
	['openAi', 'gpt-4-turbo', 'cl100k_base'],
	['openAi', 'gpt-4', 'cl100k_base'],
	['openAi', 'gpt-3.5-turbo-instruct', 'cl100k_base'],
	['openAi', 'something-new', undefined],
	['ollama', 'gpt-oss:20b', 'o200k_base'],
	['lmStudio', 'openai/gpt-oss-20b', 'o200k_base'],
	['unknown', 'gpt-4', undefined],
	['deepSeek', 'deepseek-chat', undefined],
])('%s %s: %s', (kind, model, vocabulary) => {
	expect(vocabularyOf(kind, model)).toBe(vocabulary);
});

describe('tokens are counted', () => {
	test('with a vocabulary that is known, without asking the server', async () => {
		const asked: string[] = [];
		const tokens: OpenAiTokens = {
			count: async (vocabulary, counted) => Promise.resolve(asked.push(vocabulary, counted) && 4),
		};
		const client = await clientOf('openAi', refusing(500), tokens, 'gpt-4o');
		expect([client.model.tokenCounts, await client.countTokens(text), await client.countTokens(text)]).toEqual([
			'exact',
			4,
			4,
		]);
		expect(asked).toEqual(['o200k_base', text]);
		expect(servers[0]?.received).toEqual([]);
	});

	test('by an estimate where that failed', async () => {
		const tokens: OpenAiTokens = { count: async () => Promise.resolve(undefined) };
		expect(await (await clientOf('openAi', refusing(500), tokens, 'gpt-4o')).countTokens(text)).toBe(5);
	});

	test.each([403, 404])('by an estimate that says so, once a server has refused (%i)', async status => {
		const client = await clientOf('vllm', refusing(status));
		expect(client.model.tokenCounts).toBe('exact');
		for (let time = 0; time < 2; time++) expect(await client.countTokens(text)).toBe(5);
		expect(client.model.tokenCounts).toBe('estimate');
		expect(servers[0]?.received).toHaveLength(1);
	});

	test('exactly again by a server that was busy', async () => {
		let isBusy = true;
		const client = await clientOf('sglang', (received, response) => {
			if (isBusy) refusing(503)(received, response);
			else response.end('{"tokens":[1,2,3,4],"count":4,"max_model_len":4096}');
		});
		expect(await client.countTokens(text)).toBe(5);
		isBusy = false;
		expect(await client.countTokens(text)).toBe(4);
		expect(servers[0]?.received[1]).toMatchObject({ path: '/v1/tokenize', body: { prompt: text } });
	});
});
