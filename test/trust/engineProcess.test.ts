import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { LocalEngine, systemClock, type LocalEngineOptions } from '../../src/backends';
import { type TextGenerator } from '../../src/generation';
import { buildEngine } from '../helpers/buildEngine';
import { draws } from '../helpers/draws';
import { buildHost, startHost } from '../helpers/hostProcess';
import { collect, never, requestFor } from '../helpers/inProcessEngine';
import { modelFolder, readReferences } from '../helpers/references';

const { promptIds } = readReferences('tiny-gqa').find(one => one.stopId === null)!;
const load = { folder: modelFolder('tiny-gqa'), device: 'cpu', threads: 1, cacheBytes: 64 << 20 } as const;
const long = requestFor(promptIds, { maxTokens: 200, priority: 'chat' });
const longPrompt = requestFor(
	Array.from({ length: 400 }, (_, index) => 100 + (index % 300)),
	{ maxTokens: 40 },
);
const requestsAtOnce = 5;

let entry: string;
const engines: LocalEngine[] = [];
beforeAll(async () => void (entry = await buildEngine()));
afterEach(() => engines.splice(0).forEach(engine => engine.dispose()));

/** An engine that never gives up: on its clock a minute passes between two looks. */
function start(changes: Partial<LocalEngineOptions> = {}): LocalEngine {
	let clock = 0;
	const after = (ms: number, callback: () => void): { dispose(): void } => {
		const handle = setTimeout(callback, ms);
		return { dispose: () => clearTimeout(handle) };
	};
	const engine = new LocalEngine({
		entry,
		load: () => load,
		idleUnloadMs: 0,
		log: silentLog,
		clock: { now: () => (clock += 60_000), after },
		...changes,
	});
	engines.push(engine);
	return engine;
}

function isRunning(pid: number): boolean {
	try {
		return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

async function until(condition: () => boolean, limitMs: number): Promise<void> {
	const startedAt = performance.now();
	while (!condition()) {
		if (performance.now() - startedAt > limitMs) throw new Error(`not within ${limitMs} ms`);
		await milliseconds(5);
	}
}

const milliseconds = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

interface Outcome {
	readonly text: string;
	/** The code of its error; undefined when it finished. */
	readonly code: string | undefined;
}

async function outcomeOf(generator: TextGenerator, request: typeof long): Promise<Outcome> {
	let text = '';
	try {
		for await (const event of generator.generate(request, never)) if (event.type !== 'done') text += event.text;
		return { text, code: undefined };
	} catch (error) {
		return { text, code: (error as { code: string }).code };
	}
}

/** Moments to kill at: once the condition holds, the requests are running. */
const moments = {
	load: (engine: LocalEngine) => until(() => engine.state.kind === 'loading' && engine.pid !== undefined, 10_000),
	prefill: () => milliseconds(1 + Math.random() * 10),
	decode: () => milliseconds(20 + Math.random() * 100),
	idle: () => Promise.resolve(),
} as const;
const names = Object.keys(moments) as readonly (keyof typeof moments)[];

test('R1: killed while it loads, reads, writes or waits, it loses and doubles nothing and comes back', async () => {
	const engine = start();
	const generator = await engine.ready();
	const whole = {
		long: (await collect(generator.generate(long, never))).text,
		longPrompt: (await collect(generator.generate(longPrompt, never))).text,
	};
	const kills = draws(10, 100);
	const outcomes: Outcome[] = [];
	for (let kill = 0; kill < kills; kill++) {
		const moment = names[kill % names.length]!;
		const request = moment === 'prefill' ? longPrompt : long;
		await engine.ready();
		const reload = moment === 'load' ? engine.restart().catch((error: unknown) => error) : undefined;
		const some = (): Promise<Outcome>[] => Array.from({ length: requestsAtOnce }, () => outcomeOf(generator, request));
		const before = moment === 'idle' ? [] : some();
		await moments[moment](engine);
		const { pid } = engine;
		process.kill(pid!, 'SIGKILL');
		const found = await Promise.all(moment === 'idle' ? some() : before);
		await reload;
		outcomes.push(...found);
		await until(() => engine.pid !== pid, 3000);
		for (const { text, code } of found) {
			const expected = request === long ? whole.long : whole.longPrompt;
			if (code === undefined) expect(text).toBe(expected);
			else expect([code, expected.startsWith(text)]).toEqual(['engineStopped', true]);
		}
		expect((await outcomeOf(await engine.ready(), long)).text).toBe(whole.long);
	}
	expect(outcomes).toHaveLength(kills * requestsAtOnce);
	expect(outcomes.some(({ code }) => code === 'engineStopped')).toBe(true);
});

test('R3: an engine that hangs is noticed, reported and replaced within 10 s', async () => {
	for (let hang = 0; hang < draws(1, 20); hang++) {
		const engine = start({ clock: systemClock });
		const generator = await engine.ready();
		const pid = engine.pid!;
		process.kill(pid, 'SIGSTOP');
		const stoppedAt = performance.now();
		expect((await outcomeOf(generator, long)).code).toBe('engineStopped');
		await until(() => engine.state.kind === 'ready' && engine.pid !== pid, 10_000);
		expect(performance.now() - stoppedAt).toBeLessThan(10_000);
		expect(isRunning(pid)).toBe(false);
		engine.dispose();
	}
});

test('R4: after a cancel no text comes, and the engine is soon idle', async () => {
	const generator = await start().ready();
	const endsMs: number[] = [];
	let late = 0;
	for (let cancel = 0; cancel < draws(50, 1000); cancel++) {
		const controller = new AbortController();
		let cancelledAt = 0;
		setTimeout(() => {
			cancelledAt = performance.now();
			controller.abort();
		}, Math.random() * 10);
		const request = cancel % 3 === 0 ? longPrompt : { ...long, maxTokens: 480, sampling: { temperature: 2 } };
		for await (const event of generator.generate(request, controller.signal))
			if (controller.signal.aborted && event.type !== 'done') late++;
		// One that was over before it was cancelled says nothing about cancelling.
		if (controller.signal.aborted) endsMs.push(performance.now() - cancelledAt);
		controller.abort();
	}
	expect(late).toBe(0);
	expect(endsMs.length).toBeGreaterThan(10);
	expect(endsMs.sort((one, other) => one - other)[Math.floor(endsMs.length * 0.95)]).toBeLessThan(300);
});

test('R5: a host that is killed leaves no engine behind', async () => {
	const host = await buildHost();
	for (let kill = 0; kill < draws(3, 100); kill++) {
		const { pid, enginePid } = await startHost(host, [entry, load.folder, String(5 + ((kill * 131) % 400))]);
		await milliseconds(Math.random() * 60);
		expect(isRunning(enginePid)).toBe(true);
		process.kill(pid, 'SIGKILL');
		await until(() => !isRunning(enginePid), 3000);
	}
});
