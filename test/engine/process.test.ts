import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { LocalEngine, startEngineProcess, type LocalEngineOptions } from '../../src/backends';
import { type FromEngine, type ToEngine } from '../../src/protocol';
import { buildBlockedEngine, buildEngine } from '../helpers/buildEngine';
import { buildHost, startHost } from '../helpers/hostProcess';
import { collect, never, requestFor } from '../helpers/inProcessEngine';
import { isRunning, until } from '../helpers/processes';
import { modelFolder, readReferences } from '../helpers/references';

const { promptIds, continuationIds } = readReferences('tiny-gqa').find(one => one.stopId === null)!;
const load = { folder: modelFolder('tiny-gqa'), device: 'cpu', threads: 1, cacheBytes: 64 << 20 } as const;
const endless = requestFor(promptIds, { maxTokens: 480, sampling: { temperature: 2 }, priority: 'chat' });

let entry: string;
const engines: LocalEngine[] = [];
beforeAll(async () => void (entry = await buildEngine()));
afterEach(() => engines.splice(0).forEach(engine => engine.dispose()));

function start(changes: Partial<LocalEngineOptions> = {}): LocalEngine {
	const engine = new LocalEngine({ entry, load: () => load, idleUnloadMs: 0, log: silentLog, ...changes });
	engines.push(engine);
	return engine;
}

async function expectWorking(engine: LocalEngine): Promise<void> {
	const { done } = await collect((await engine.ready()).generate(requestFor(promptIds, { maxTokens: 8 }), never));
	expect(done.tokenIds).toEqual(continuationIds.slice(0, 8));
}

const milliseconds = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

describe('an engine process', () => {
	test('answers, counts and ends', async () => {
		const engine = start();
		await expectWorking(engine);
		expect(engine.state).toMatchObject({ kind: 'ready', model: { id: 'tiny-gqa', device: 'cpu' } });
		expect(await (await engine.ready()).countTokens('hello')).toBeGreaterThan(0);
		const pid = engine.pid!;
		engine.dispose();
		await until(() => !isRunning(pid), 3000);
	});

	test('says what is wrong with a model folder', async () => {
		const missing = start({ load: () => ({ ...load, folder: '/nowhere/model' }) });
		await expect(missing.ready()).rejects.toMatchObject({ code: 'modelMissing' });
		expect(missing.state).toMatchObject({ kind: 'failed' });
	});

	test('falls back to the CPU and says why when the wanted device does not work', async () => {
		const engine = start({ load: () => ({ ...load, device: 'cuda' }) });
		const { model } = await engine.ready();
		expect(model.device).toBe('cpu');
		expect(model.fallbackReason).toBeTruthy();
		await expectWorking(engine);
	});

	test('leaves the event loop of its host alone', async () => {
		const generator = await start().ready();
		const delays: number[] = [];
		let last = performance.now();
		const timer = setInterval(() => {
			delays.push(performance.now() - last - 5);
			last = performance.now();
		}, 5);
		await collect(generator.generate(endless, never));
		clearInterval(timer);
		expect(delays.sort((one, other) => one - other)[Math.floor(delays.length * 0.9)]).toBeLessThan(50);
	});

	test('ends after the idle time and comes back when needed', async () => {
		const engine = start({ idleUnloadMs: 100 });
		await expectWorking(engine);
		const pid = engine.pid!;
		await until(() => engine.state.kind === 'stopped', 5000);
		await until(() => !isRunning(pid), 3000);
		await expectWorking(engine);
	});
});

describe('when the process dies', () => {
	test('10 kills at random moments: every request ends, finished or with a code, and the next one works', async () => {
		let clock = 0;
		// A clock that runs a minute per look keeps the crash limit out of this test.
		const patient = start({ clock: { now: () => (clock += 60_000), after: (ms, callback) => timer(ms, callback) } });
		const outcomes: string[] = [];
		for (let kill = 0; kill < 10; kill++) {
			const generator = await patient.ready();
			const requests = Array.from({ length: 5 }, () => collect(generator.generate(endless, never)));
			await milliseconds(kill * 15);
			const pid = patient.pid;
			process.kill(pid!, 'SIGKILL');
			for (const result of await Promise.allSettled(requests))
				outcomes.push(result.status === 'fulfilled' ? 'finished' : (result.reason as { code: string }).code);
			// A fast machine may have finished all five: the next request is for a process whose end has been noticed.
			await until(() => patient.pid !== pid, 3000);
			await expectWorking(patient);
		}
		expect(outcomes).toHaveLength(50);
		expect(outcomes.filter(outcome => outcome !== 'finished' && outcome !== 'engineStopped')).toEqual([]);
		expect(outcomes).toContain('engineStopped');
	});

	test('again and again while loading, it is started five times and not more', async () => {
		let starts = 0;
		const engine = start({
			startProcess: (file, log) => {
				starts++;
				const child = startEngineProcess(file, log);
				setTimeout(() => child.pid !== undefined && process.kill(child.pid, 'SIGABRT'), 30);
				return child;
			},
		});
		await expect(engine.ready()).rejects.toMatchObject({ code: 'engineCrashing' });
		expect(starts).toBe(5);
		expect(engine.state).toMatchObject({ kind: 'failed', error: { code: 'engineCrashing' } });
	});

	test.each([1, 2])('by hanging, it is replaced within 10 s (%d)', async () => {
		const engine = start();
		const generator = await engine.ready();
		const pid = engine.pid!;
		process.kill(pid, 'SIGSTOP');
		// Asked of a process that already stands still, so that no fast machine can answer first.
		const answer = collect(generator.generate(endless, never));
		const stoppedAt = performance.now();
		await expect(answer).rejects.toMatchObject({ code: 'engineStopped' });
		await until(() => engine.state.kind === 'ready' && engine.pid !== pid, 10_000);
		expect(performance.now() - stoppedAt).toBeLessThan(10_000);
		expect(isRunning(pid)).toBe(false);
		await expectWorking(engine);
	});

	test('with its host, nothing of it is left after 3 s', async () => {
		const host = await buildHost();
		for (const promptTokens of [5, 400, 30]) {
			const { pid, enginePid } = await startHost(host, [entry, load.folder, String(promptTokens)]);
			await milliseconds(50);
			expect(isRunning(enginePid)).toBe(true);
			process.kill(pid, 'SIGKILL');
			await until(() => !isRunning(enginePid), 3000);
		}
	});

	test('with its host while it is busy and reads no messages, nothing of it is left after 3 s', async () => {
		const { pid, enginePid } = await startHost(await buildHost(), [await buildBlockedEngine(), load.folder, '5']);
		await milliseconds(300);
		expect(isRunning(enginePid)).toBe(true);
		process.kill(pid, 'SIGKILL');
		await until(() => !isRunning(enginePid), 3000);
	});
});

describe('hostile messages', () => {
	test('5,000 of them change nothing for the requests among them', async () => {
		const child = startEngineProcess(entry, silentLog);
		const answers = new Map<number, FromEngine[]>();
		child.channel.onMessage(message => {
			const { call } = message as { call: number };
			answers.set(call, [...(answers.get(call) ?? []), message as FromEngine]);
		});
		let closed: string | undefined;
		child.channel.onClose(reason => (closed = reason));
		const send = (message: unknown): void => child.channel.send(message as ToEngine);
		const lastOf = (call: number): FromEngine | undefined => answers.get(call)?.at(-1);
		send({ type: 'load', call: 1, options: load });
		await until(() => lastOf(1)?.type === 'loaded', 10_000);
		for (let index = 0; index < 5000; index++) {
			send(strangeMessage(index));
			if (index % 1000 === 0)
				send({ type: 'generate', call: 900_000 + index, request: requestFor(promptIds, { maxTokens: 8 }) });
		}
		send({ type: 'countTokens', call: 800_000, text: 'x'.repeat(5_000_000) });
		send({ type: 'ping', call: 700_000 });
		await until(() => lastOf(700_000) !== undefined && lastOf(904_000)?.type === 'done', 20_000);
		for (let index = 0; index < 5000; index += 1000)
			expect(lastOf(900_000 + index)).toMatchObject({ type: 'done', tokenIds: continuationIds.slice(0, 8) });
		expect(lastOf(800_000)).toMatchObject({ type: 'failed', code: 'badRequest' });
		expect(closed).toBeUndefined();
		child.dispose();
	});
});

/** One of many kinds of wrong message. */
function strangeMessage(index: number): unknown {
	const call = index;
	const kinds: readonly unknown[] = [
		null,
		index,
		'generate',
		[],
		{ type: 'generate' },
		{ type: 'generate', call },
		{ type: 'generate', call: -call },
		{ type: 'generate', call, request: { ...endless, maxTokens: -1 } },
		{ type: 'generate', call, request: { ...endless, prompt: { kind: 'tokens', ids: ['a'] } } },
		{
			type: 'generate',
			call,
			request: { ...endless, prompt: { kind: 'chat', messages: [{ role: 'root', text: '' }] } },
		},
		{ type: 'load', call, options: load },
		{ type: 'cancel', call: index * 7919 },
		{ type: 'countTokens', call, text: new Map([[1, 2]]) },
		{ type: 'shutdown', call },
		new Uint8Array(1000),
		{ type: Symbol.iterator.toString(), call: BigInt(index) },
	];
	return kinds[index % kinds.length];
}

function timer(ms: number, callback: () => void): { dispose(): void } {
	const handle = setTimeout(callback, ms);
	return { dispose: () => clearTimeout(handle) };
}
