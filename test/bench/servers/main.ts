import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OpenAiServer, openNetwork } from '../../../src/backends';
import { greedy, type GenerateRequest, type Prompt } from '../../../src/generation';
import { hostDelayDuring } from '../hostDelay';
import { summarize } from '../statistics';

const chats = 50;
const completions = 100;
/** A quick typist asks about three times a second. */
const betweenKeysMs = 300;
const rounds = 3;

/** Types completions against a server, alone and while 50 chats stream from it, in turns. Prints medians and the delay of the host's
 * event loop. */
export async function run({ root }: { readonly root: string }): Promise<number> {
	const child = fork(join(root, 'test', 'bench', 'servers', 'streamingServer.mjs'), { stdio: 'inherit' });
	const port = await new Promise<number>(resolve => child.once('message', message => resolve(message as number)));
	const server = new OpenAiServer({
		url: `http://127.0.0.1:${port}/v1`,
		model: 'bench',
		facts: { kind: 'unknown', fill: 'suffix' },
		key: () => undefined,
		network: openNetwork,
	});
	try {
		await type(server, 5);
		const alone: number[] = [];
		const besideChats: number[] = [];
		const delays: { p99: number; max: number }[] = [];
		for (let round = 0; round < rounds; round++) {
			alone.push(...(await type(server, Math.ceil(completions / rounds))));
			delays.push(
				await hostDelayDuring(async () => {
					besideChats.push(...(await typeBesideChats(server, Math.ceil(completions / rounds))));
				}),
			);
		}
		report(alone, besideChats, delays);
	} finally {
		child.kill();
	}
	return 0;
}

function report(
	alone: readonly number[],
	besideChats: readonly number[],
	delays: readonly { readonly p99: number; readonly max: number }[],
): void {
	console.log('Time to the whole completion (8 tokens of 20 ms after 30 ms), ms:');
	console.log('  alone           ', JSON.stringify(summarize(alone, 'ms')));
	console.log(`  beside ${chats} chats `, JSON.stringify(summarize(besideChats, 'ms')));
	const p99 = Math.max(...delays.map(({ p99: value }) => value));
	const max = Math.max(...delays.map(({ max: value }) => value));
	console.log(`Event loop of the host beside ${chats} chats: p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(1)} ms`);
}

async function typeBesideChats(server: OpenAiServer, count: number): Promise<readonly number[]> {
	const stop = new AbortController();
	const chat: Prompt = { kind: 'chat', messages: [{ role: 'user', text: 'Tell me everything.' }] };
	const running = Array.from({ length: chats }, () =>
		read(server, { ...request(chat), maxTokens: 100_000, priority: 'chat' }, stop.signal),
	);
	const times = await type(server, count);
	stop.abort();
	await Promise.all(running);
	return times;
}

async function type(server: OpenAiServer, count: number): Promise<readonly number[]> {
	const times: number[] = [];
	for (let key = 0; key < count; key++) {
		const startedAt = performance.now();
		const fill: Prompt = { kind: 'fill', prefix: 'x'.repeat(4000 + key), suffix: '\n', extension: 'ts', snippets: [] };
		await read(server, { ...request(fill), maxTokens: 8, priority: 'typing' }, new AbortController().signal);
		times.push(performance.now() - startedAt);
		await delay(betweenKeysMs);
	}
	return times;
}

const request = (prompt: Prompt): GenerateRequest => ({
	prompt,
	maxTokens: 0,
	sampling: greedy,
	stop: [],
	priority: 'typing',
});

async function read(server: OpenAiServer, asked: GenerateRequest, signal: AbortSignal): Promise<void> {
	for await (const event of server.generate(asked, signal)) if (event.type === 'done') return;
}
