import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openNetwork, ServerError, Transport, usualTimeouts, type ServerTimeouts } from '../../../../src/backends';
import { ScriptedServer, type Script } from '../../../helpers/scriptedServer';

const long = 60_000;
const never = new AbortController().signal;

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
	for (const server of opened.splice(0)) await server.stop();
});

async function serverThat(script: Script): Promise<string> {
	const server = await ScriptedServer.start(script);
	opened.push(server);
	return server.url;
}

/** Takes every connection and never says a word, so that TLS is never agreed on. */
async function muteServer(): Promise<string> {
	const sockets = new Set<{ destroy(): unknown }>();
	const server = createServer(socket => void sockets.add(socket.on('error', () => undefined)));
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	opened.push({
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise(resolve => server.close(resolve));
		},
	});
	return `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const transportWith = (timeouts: Partial<ServerTimeouts>): Transport =>
	new Transport({
		network: openNetwork,
		key: () => undefined,
		timeouts: { connectMs: long, firstEventMs: long, idleMs: long, smallMs: long, ...timeouts },
	});

async function failureOf(transport: Transport, url: string): Promise<{ data: string[]; error: unknown }> {
	const data: string[] = [];
	try {
		for await (const event of transport.events(`${url}/chat/completions`, 'chat', {}, never)) data.push(event);
	} catch (error) {
		return { data, error };
	}
	return { data, error: undefined };
}

describe('a wait that is too long ends with what was waited for', () => {
	test('a connection', async () => {
		const url = await muteServer();
		const { error } = await failureOf(transportWith({ connectMs: 200 }), url);
		expect(error).toBeInstanceOf(ServerError);
		expect(error).toMatchObject({ code: 'network', step: 'unreachable' });
		expect((error as Error).message).toContain('accepted no connection for 0.2 s');
		const listed = transportWith({ connectMs: 200 }).json(`${url}/models`, 'setUp');
		await expect(listed).rejects.toMatchObject({ step: 'unreachable' });
	});

	test('the first event', async () => {
		const url = await serverThat((_, response) => response.flushHeaders());
		const { error } = await failureOf(transportWith({ firstEventMs: 200 }), url);
		expect(error).toMatchObject({ code: 'network', step: 'timeout' });
		expect((error as Error).message).toContain('sent nothing for 0.2 s');
	});

	test('the next event, with what came before it', async () => {
		const url = await serverThat((_, response) => response.write('data: one\n\n'));
		const { data, error } = await failureOf(transportWith({ idleMs: 200 }), url);
		expect(data).toEqual(['one']);
		expect(error).toMatchObject({ code: 'network', step: 'timeout' });
	});
});

test('a server that is connected may take longer for its first word than a connection may', async () => {
	const url = await serverThat((_, response) => {
		setTimeout(() => response.end('data: late\n\ndata: [DONE]\n\n'), 1500);
	});
	const transport = transportWith({ connectMs: 1000 });
	expect(await failureOf(transport, url)).toEqual({ data: ['late', '[DONE]'], error: undefined });
	// The same connection again, which is there already.
	expect(await failureOf(transport, url)).toEqual({ data: ['late', '[DONE]'], error: undefined });
});

test('the usual waits are those of the documentation', () => {
	expect(usualTimeouts).toEqual({ connectMs: 8_000, firstEventMs: 120_000, idleMs: 60_000, smallMs: 10_000 });
});
