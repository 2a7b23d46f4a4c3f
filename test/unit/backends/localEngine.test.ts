import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base';
import { LocalEngine, type EngineProcess, type EngineState } from '../../../src/backends';
import { greedy, type GenerateEvent, type GenerateRequest, type ModelInfo, type TextGenerator } from '../../../src/generation';
import { type FromEngine, type ToEngine } from '../../../src/protocol';
import { channelPair } from '../../helpers/channels';
import { ManualClock, settle } from '../../helpers/manualClock';

const model: ModelInfo = { id: 'm', name: 'm', roles: ['fill'], tasks: [], contextTokens: 64, device: 'cpu', loadMs: 1 };
const usage = { promptTokens: 1, reusedTokens: 0, cutTokens: 0, newTokens: 1, prefillMs: 1, decodeMs: 1 };
const request: GenerateRequest = {
	prompt: { kind: 'continue', text: 'x', extension: '' },
	maxTokens: 4,
	sampling: greedy,
	stop: [],
	priority: 'typing',
};

/** An engine process made of a few lines: it loads, answers pings and leaves generating to the test. */
class FakeProcess implements EngineProcess {
	readonly pid: number;
	readonly heard: ToEngine[] = [];
	isAlive = true;
	isHanging = false;
	private readonly pair = channelPair<ToEngine, FromEngine>();
	readonly channel = this.pair.near;

	constructor(
		pid: number,
		private readonly onLoad: (process: FakeProcess, call: number) => void,
	) {
		this.pid = pid;
		this.pair.far.onMessage(message => this.receive(message as ToEngine));
	}

	send(message: FromEngine): void {
		if (this.isAlive) this.pair.far.send(message);
	}

	die(reason = 'it crashed'): void {
		if (!this.isAlive) return;
		this.isAlive = false;
		this.pair.close(reason);
	}

	dispose(): void {
		this.die('it was ended by SIGKILL');
	}

	lastCall(type: ToEngine['type']): number {
		return this.heard.findLast(message => message.type === type)!.call;
	}

	private receive(message: ToEngine): void {
		if (!this.isAlive) return;
		this.heard.push(message);
		if (this.isHanging) return;
		if (message.type === 'load') this.onLoad(this, message.call);
		if (message.type === 'ping') this.send({ type: 'pong', call: message.call });
	}
}

let clock: ManualClock;
let processes: FakeProcess[];
let onLoad: (process: FakeProcess, call: number) => void;
let engine: LocalEngine;
let states: EngineState['kind'][];

beforeEach(() => {
	clock = new ManualClock();
	processes = [];
	states = [];
	onLoad = (process, call) => process.send({ type: 'loaded', call, model });
	engine = new LocalEngine({
		entry: 'engine.js',
		load: () => ({ folder: '/models/m', device: 'cpu', cacheBytes: 1 }),
		idleUnloadMs: 60_000,
		log: silentLog,
		clock,
		startProcess: () => {
			const process = new FakeProcess(processes.length + 1, (one, call) => onLoad(one, call));
			processes.push(process);
			return process;
		},
	});
	engine.onStateChange(state => states.push(state.kind));
});
afterEach(() => engine.dispose());

const current = (): FakeProcess => processes.at(-1)!;

/** Starts reading an answer. The result says how it ended. */
function read(generator: TextGenerator, signal = new AbortController().signal): { events: GenerateEvent[]; end: Promise<string> } {
	const events: GenerateEvent[] = [];
	const run = async (): Promise<string> => {
		for await (const event of generator.generate(request, signal)) events.push(event);
		return 'ended';
	};
	const end = run().catch((error: unknown) => (error as { code: string }).code);
	return { events, end };
}

describe('a process', () => {
	test('starts when it is needed and only once', async () => {
		expect(engine.state).toEqual({ kind: 'stopped' });
		const [one, two] = await Promise.all([engine.ready(), engine.ready()]);
		expect(one.model).toEqual(two.model);
		expect(processes).toHaveLength(1);
		expect(states).toEqual(['starting', 'ready']);
		expect(engine.pid).toBe(1);
	});

	test('tells how far loading is', async () => {
		onLoad = (process, call) => {
			process.send({ type: 'loading', call, fraction: 0.5 });
			process.send({ type: 'loaded', call, model });
		};
		await engine.ready();
		expect(states).toEqual(['starting', 'loading', 'ready']);
	});

	test('ends when nobody used it for the idle time and starts again for the same generator', async () => {
		const generator = await engine.ready();
		await clock.advance(60_000);
		expect(engine.state).toEqual({ kind: 'stopped' });
		expect(current().isAlive).toBe(false);
		const { end } = read(generator);
		await settle();
		expect(processes).toHaveLength(2);
		current().send({ type: 'done', call: current().lastCall('generate'), reason: 'stop', usage, tokenIds: [] });
		expect(await end).toBe('ended');
	});

	test('does not end while it generates', async () => {
		const { end } = read(await engine.ready());
		await clock.advance(300_000);
		expect(current().isAlive).toBe(true);
		expect(engine.state.kind).toBe('generating');
		current().send({ type: 'done', call: current().lastCall('generate'), reason: 'stop', usage, tokenIds: [] });
		expect(await end).toBe('ended');
		expect(engine.state.kind).toBe('ready');
	});

	test('that cannot load the model says why and is not started again until somebody asks', async () => {
		onLoad = (process, call) => process.send({ type: 'failed', call, code: 'badModel', message: 'config.json is missing' });
		await expect(engine.ready()).rejects.toMatchObject({ code: 'badModel' });
		await expect(engine.ready()).rejects.toMatchObject({ code: 'badModel' });
		expect(processes).toHaveLength(1);
		expect(current().isAlive).toBe(false);
		expect(engine.state).toMatchObject({ kind: 'failed', error: { code: 'badModel' } });
		onLoad = (process, call) => process.send({ type: 'loaded', call, model });
		await engine.restart();
		expect(engine.state.kind).toBe('ready');
	});

	test('that does not finish loading is ended after two minutes', async () => {
		onLoad = () => undefined;
		const ready = engine.ready().catch((error: unknown) => error);
		await clock.advance(120_000);
		expect(await ready).toMatchObject({ code: 'engineTimeout' });
		expect(current().isAlive).toBe(false);
		expect(engine.state.kind).toBe('failed');
	});
});

describe('after a crash', () => {
	test('rejects what was running and starts again at once', async () => {
		const generator = await engine.ready();
		const { events, end } = read(generator);
		await settle();
		current().send({ type: 'text', call: current().lastCall('generate'), text: 'a', logProbability: -1 });
		await settle();
		current().die();
		expect(await end).toBe('engineStopped');
		expect(events).toHaveLength(1);
		await clock.advance(0);
		expect(processes).toHaveLength(2);
		expect(engine.state.kind).toBe('ready');
	});

	test('waits 0, 0.5, 1 and 2 seconds, and gives up after the fifth crash', async () => {
		onLoad = process => process.die();
		const ready = engine.ready().catch((error: unknown) => error);
		const startedAt: number[] = [];
		for (let time = 0; time < 10_000; time += 100) {
			while (startedAt.length < processes.length) startedAt.push(time);
			await clock.advance(100);
		}
		expect(startedAt.map(time => Math.floor(time / 500) * 500)).toEqual([0, 0, 500, 1500, 3500]);
		expect(await ready).toMatchObject({ code: 'engineCrashing' });
		expect(engine.state).toMatchObject({ kind: 'failed', error: { code: 'engineCrashing' } });
		await expect(engine.ready()).rejects.toMatchObject({ code: 'engineCrashing' });
		await clock.advance(600_000);
		expect(processes).toHaveLength(5);
	});

	test('gives up after five crashes while it was in use, too', async () => {
		await engine.ready();
		for (let crash = 0; crash < 5; crash++) {
			current().die();
			await clock.advance(2_100);
		}
		expect(engine.state).toMatchObject({ kind: 'failed', error: { code: 'engineCrashing' } });
		expect(processes).toHaveLength(5);
	});

	test('goes on when crashes are rare', async () => {
		await engine.ready();
		for (let crash = 0; crash < 12; crash++) {
			current().die();
			await clock.advance(59_000);
			expect((await engine.ready()).model.id).toBe('m');
		}
	});

	test('starts anew when somebody asks, however often it crashed', async () => {
		onLoad = process => process.die();
		const ready = engine.ready().catch((error: unknown) => error);
		await clock.advance(10_000);
		await ready;
		onLoad = (process, call) => process.send({ type: 'loaded', call, model });
		await engine.restart();
		expect(engine.state.kind).toBe('ready');
	});

	test('those who waited for the model get the one that a restart loads', async () => {
		onLoad = () => undefined;
		const waiting = engine.ready();
		await settle();
		onLoad = (process, call) => process.send({ type: 'loaded', call, model });
		await engine.restart();
		expect((await waiting).model.id).toBe('m');
		expect(processes).toHaveLength(2);
		expect(processes[0]!.isAlive).toBe(false);
	});
});

describe('a hang', () => {
	test('is found within ten seconds and the process is replaced', async () => {
		const { end } = read(await engine.ready());
		await settle();
		current().isHanging = true;
		await clock.advance(10_000);
		expect(await end).toBe('engineStopped');
		expect(processes).toHaveLength(2);
		expect(processes[0]!.isAlive).toBe(false);
		expect(engine.state.kind).toBe('ready');
	});

	test('is not looked for while nobody waits', async () => {
		await engine.ready();
		current().isHanging = true;
		await clock.advance(50_000);
		expect(processes).toHaveLength(1);
		expect(current().heard.filter(message => message.type === 'ping')).toHaveLength(0);
	});

	test('is not seen in an engine that answers, however long it works', async () => {
		const { end } = read(await engine.ready());
		await clock.advance(120_000);
		expect(processes).toHaveLength(1);
		engine.dispose();
		expect(await end).toBe('engineStopped');
	});
});

describe('cancelling', () => {
	test('delivers nothing after the abort, also when text was on its way', async () => {
		const abort = new AbortController();
		const { events, end } = read(await engine.ready(), abort.signal);
		await settle();
		const call = current().lastCall('generate');
		current().send({ type: 'text', call, text: 'late', logProbability: -1 });
		abort.abort();
		await settle();
		expect(current().heard.at(-1)).toEqual({ type: 'cancel', call });
		current().send({ type: 'text', call, text: 'later', logProbability: -1 });
		current().send({ type: 'done', call, reason: 'cancelled', usage, tokenIds: [1] });
		expect(await end).toBe('ended');
		expect(events).toEqual([{ type: 'done', reason: 'cancelled', usage, tokenIds: [1] }]);
	});

	test('ends well when the engine dies before it could answer', async () => {
		const abort = new AbortController();
		const { events, end } = read(await engine.ready(), abort.signal);
		await settle();
		abort.abort();
		current().die();
		expect(await end).toBe('ended');
		expect(events).toMatchObject([{ type: 'done', reason: 'cancelled' }]);
	});

	test('does not wait for a model that is loading', async () => {
		const generator = await engine.ready();
		onLoad = () => undefined;
		const restart = engine.restart().catch(() => undefined);
		await settle();
		const abort = new AbortController();
		const { events, end } = read(generator, abort.signal);
		abort.abort();
		expect(await end).toBe('ended');
		expect(events).toMatchObject([{ type: 'done', reason: 'cancelled' }]);
		engine.dispose();
		await restart;
	});

	test('happens in the engine when the reader leaves the loop', async () => {
		const generator = await engine.ready();
		const reading = (async () => {
			for await (const event of generator.generate(request, new AbortController().signal)) if (event.type === 'text') break;
		})();
		await settle();
		const call = current().lastCall('generate');
		current().send({ type: 'text', call, text: 'enough', logProbability: -1 });
		await reading;
		await settle();
		expect(current().heard.at(-1)).toEqual({ type: 'cancel', call });
		expect(engine.state.kind).toBe('ready');
	});

	test('never starts a request that was already aborted', async () => {
		const { events, end } = read(await engine.ready(), AbortSignal.abort());
		expect(await end).toBe('ended');
		expect(events).toMatchObject([{ type: 'done', reason: 'cancelled' }]);
		expect(current().heard.map(message => message.type)).toEqual(['load']);
	});
});

test('a disposed engine ends its process and refuses requests', async () => {
	const generator = await engine.ready();
	const { end } = read(generator);
	await settle();
	engine.dispose();
	expect(await end).toBe('engineStopped');
	expect(current().isAlive).toBe(false);
	await expect(generator.countTokens('x')).rejects.toMatchObject({ code: 'engineStopped' });
	expect(processes).toHaveLength(1);
});

test('a broken answer fails its call and no other', async () => {
	const generator = await engine.ready();
	const first = read(generator);
	const second = read(generator);
	await settle();
	const [one, two] = current().heard.filter(message => message.type === 'generate').map(message => message.call);
	current().send({ type: 'text', call: one!, text: 5 } as unknown as FromEngine);
	current().send({ type: 'done', call: two!, reason: 'stop', usage, tokenIds: [] });
	expect(await first.end).toBe('engineStopped');
	expect(await second.end).toBe('ended');
});
