import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FromEngine } from '../../../src/protocol';
import { FakeEngine, fakeModel, fakeUsage, read } from '../../helpers/fakeEngine';
import { settle } from '../../helpers/manualClock';

let fake: FakeEngine;
beforeEach(() => void (fake = new FakeEngine()));
afterEach(() => fake.engine.dispose());

describe('a process', () => {
	test('starts when it is needed and only once', async () => {
		expect(fake.engine.state).toEqual({ kind: 'stopped' });
		const [one, two] = await Promise.all([fake.engine.ready(), fake.engine.ready()]);
		expect(one.model).toEqual(two.model);
		expect(fake.processes).toHaveLength(1);
		expect(fake.states).toEqual(['starting', 'ready']);
		expect(fake.engine.pid).toBe(1);
	});

	test('tells how far loading is', async () => {
		fake.onLoad = (process, call) => {
			process.send({ type: 'loading', call, fraction: 0.5 });
			process.send({ type: 'loaded', call, model: fakeModel });
		};
		await fake.engine.ready();
		expect(fake.states).toEqual(['starting', 'loading', 'ready']);
	});

	test('ends when nobody used it for the idle time and starts again for the same generator', async () => {
		const generator = await fake.engine.ready();
		await fake.clock.advance(60_000);
		expect(fake.engine.state).toEqual({ kind: 'stopped' });
		expect(fake.current.isAlive).toBe(false);
		const { end } = read(generator);
		await settle();
		expect(fake.processes).toHaveLength(2);
		fake.current.send({
			type: 'done',
			call: fake.current.lastCall('generate'),
			reason: 'stop',
			usage: fakeUsage,
			tokenIds: [],
		});
		expect(await end).toBe('ended');
	});

	test('does not end while it generates', async () => {
		const { end } = read(await fake.engine.ready());
		await fake.clock.advance(300_000);
		expect(fake.current.isAlive).toBe(true);
		expect(fake.engine.state.kind).toBe('generating');
		fake.current.send({
			type: 'done',
			call: fake.current.lastCall('generate'),
			reason: 'stop',
			usage: fakeUsage,
			tokenIds: [],
		});
		expect(await end).toBe('ended');
		expect(fake.engine.state.kind).toBe('ready');
	});

	test('that cannot load the model says why and is not started again until somebody asks', async () => {
		fake.onLoad = (process, call) =>
			process.send({ type: 'failed', call, code: 'badModel', message: 'config.json is missing' });
		await expect(fake.engine.ready()).rejects.toMatchObject({ code: 'badModel' });
		await expect(fake.engine.ready()).rejects.toMatchObject({ code: 'badModel' });
		expect(fake.processes).toHaveLength(1);
		expect(fake.current.isAlive).toBe(false);
		expect(fake.engine.state).toMatchObject({ kind: 'failed', error: { code: 'badModel' } });
		fake.onLoad = FakeEngine.loads;
		await fake.engine.restart();
		expect(fake.engine.state.kind).toBe('ready');
	});

	test('that does not finish loading is ended after two minutes', async () => {
		fake.onLoad = () => undefined;
		const ready = fake.engine.ready().catch((error: unknown) => error);
		await fake.clock.advance(120_000);
		expect(await ready).toMatchObject({ code: 'engineTimeout' });
		expect(fake.current.isAlive).toBe(false);
		expect(fake.engine.state.kind).toBe('failed');
	});
});

describe('after a crash', () => {
	test('rejects what was running and starts again at once', async () => {
		const generator = await fake.engine.ready();
		const { events, end } = read(generator);
		await settle();
		fake.current.send({
			type: 'text',
			call: fake.current.lastCall('generate'),
			pieces: [{ text: 'a', logProbability: -1 }],
		});
		await settle();
		fake.current.die();
		expect(await end).toBe('engineStopped');
		expect(events).toHaveLength(1);
		await fake.clock.advance(0);
		expect(fake.processes).toHaveLength(2);
		expect(fake.engine.state.kind).toBe('ready');
	});

	test('waits 0, 0.5, 1 and 2 seconds, and gives up after the fifth crash', async () => {
		fake.onLoad = process => process.die();
		const ready = fake.engine.ready().catch((error: unknown) => error);
		const startedAt: number[] = [];
		for (let time = 0; time < 10_000; time += 100) {
			while (startedAt.length < fake.processes.length) startedAt.push(time);
			await fake.clock.advance(100);
		}
		expect(startedAt.map(time => Math.floor(time / 500) * 500)).toEqual([0, 0, 500, 1500, 3500]);
		expect(await ready).toMatchObject({ code: 'engineCrashing' });
		expect(fake.engine.state).toMatchObject({ kind: 'failed', error: { code: 'engineCrashing' } });
		await expect(fake.engine.ready()).rejects.toMatchObject({ code: 'engineCrashing' });
		await fake.clock.advance(600_000);
		expect(fake.processes).toHaveLength(5);
	});

	test('gives up after five crashes while it was in use, too', async () => {
		await fake.engine.ready();
		for (let crash = 0; crash < 5; crash++) {
			fake.current.die();
			await fake.clock.advance(2_100);
		}
		expect(fake.engine.state).toMatchObject({ kind: 'failed', error: { code: 'engineCrashing' } });
		expect(fake.processes).toHaveLength(5);
	});

	test('goes on when crashes are rare', async () => {
		await fake.engine.ready();
		for (let crash = 0; crash < 12; crash++) {
			fake.current.die();
			await fake.clock.advance(59_000);
			expect((await fake.engine.ready()).model.id).toBe('m');
		}
	});

	test('twice on a graphics device, the model is loaded on the CPU and says why, until a restart', async () => {
		fake.engine.dispose();
		fake = new FakeEngine('webgpu');
		fake.onLoad = process => (process.pid <= 2 ? process.die() : FakeEngine.loads(process, process.lastCall('load')));
		const ready = fake.engine.ready();
		await fake.clock.advance(1000);
		expect((await ready).model.fallbackReason).toContain('webgpu');
		const devices = (): string[] =>
			fake.processes.flatMap(({ heard }) =>
				heard.flatMap(message => (message.type === 'load' ? message.options.device : [])),
			);
		expect(devices()).toEqual(['webgpu', 'webgpu', 'cpu']);
		await fake.engine.restart();
		expect(devices().at(-1)).toBe('webgpu');
	});

	test('starts anew when somebody asks, however often it crashed', async () => {
		fake.onLoad = process => process.die();
		const ready = fake.engine.ready().catch((error: unknown) => error);
		await fake.clock.advance(10_000);
		await ready;
		fake.onLoad = FakeEngine.loads;
		await fake.engine.restart();
		expect(fake.engine.state.kind).toBe('ready');
	});

	test('those who waited for the model get the one that a restart loads', async () => {
		fake.onLoad = () => undefined;
		const waiting = fake.engine.ready();
		await settle();
		fake.onLoad = FakeEngine.loads;
		await fake.engine.restart();
		expect((await waiting).model.id).toBe('m');
		expect(fake.processes).toHaveLength(2);
		expect(fake.processes[0]!.isAlive).toBe(false);
	});
});

describe('a hang', () => {
	test('is found within ten seconds and the process is replaced', async () => {
		const { end } = read(await fake.engine.ready());
		await settle();
		fake.current.isHanging = true;
		await fake.clock.advance(10_000);
		expect(await end).toBe('engineStopped');
		expect(fake.processes).toHaveLength(2);
		expect(fake.processes[0]!.isAlive).toBe(false);
		expect(fake.engine.state.kind).toBe('ready');
	});

	test('is not seen while a graphics device compiles for half a minute', async () => {
		fake.onLoad = (process, call) => process.send({ type: 'loaded', call, model: { ...fakeModel, device: 'webgpu' } });
		const { end } = read(await fake.engine.ready());
		await settle();
		fake.current.isHanging = true;
		await fake.clock.advance(25_000);
		expect(fake.processes).toHaveLength(1);
		await fake.clock.advance(10_000);
		expect(await end).toBe('engineStopped');
	});

	test('is not looked for while nobody waits', async () => {
		await fake.engine.ready();
		fake.current.isHanging = true;
		await fake.clock.advance(50_000);
		expect(fake.processes).toHaveLength(1);
		expect(fake.current.heard.filter(message => message.type === 'ping')).toHaveLength(0);
	});

	test('is not seen in an engine that answers, however long it works', async () => {
		const { end } = read(await fake.engine.ready());
		await fake.clock.advance(120_000);
		expect(fake.processes).toHaveLength(1);
		fake.engine.dispose();
		expect(await end).toBe('engineStopped');
	});
});

test('a disposed engine ends its process and refuses requests', async () => {
	const generator = await fake.engine.ready();
	const { end } = read(generator);
	await settle();
	fake.engine.dispose();
	expect(await end).toBe('engineStopped');
	expect(fake.current.isAlive).toBe(false);
	await expect(generator.countTokens('x')).rejects.toMatchObject({ code: 'engineStopped' });
	expect(fake.processes).toHaveLength(1);
});

test('a broken answer fails its call and no other', async () => {
	const generator = await fake.engine.ready();
	const first = read(generator);
	const second = read(generator);
	await settle();
	const [one, two] = fake.current.heard.filter(message => message.type === 'generate').map(message => message.call);
	fake.current.send({ type: 'text', call: one!, pieces: [{ text: 5 }] } as unknown as FromEngine);
	fake.current.send({ type: 'done', call: two!, reason: 'stop', usage: fakeUsage, tokenIds: [] });
	expect(await first.end).toBe('engineStopped');
	expect(await second.end).toBe('ended');
});
