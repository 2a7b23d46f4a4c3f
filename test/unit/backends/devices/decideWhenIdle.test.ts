import { afterEach, beforeEach, expect, test } from 'vitest';
import { Emitter, silentLog, type Disposable } from '../../../../src/base';
import { decideWhenIdle, type DeviceVerdict, type EngineState } from '../../../../src/backends';
import { GenerationError, type Device } from '../../../../src/generation';
import { fakeModel } from '../../../helpers/fakeEngine';
import { ManualClock, settle } from '../../../helpers/manualClock';

const ready: EngineState = { kind: 'ready', model: fakeModel };
const generating: EngineState = { kind: 'generating', model: fakeModel };

/** An engine whose state a test sets. */
class Engine {
	private readonly emitter = new Emitter<EngineState>();
	readonly onStateChange = this.emitter.event;
	state: EngineState = { kind: 'stopped' };
	restarts = 0;

	set(state: EngineState): void {
		this.state = state;
		this.emitter.fire(state);
	}

	answer(): void {
		this.set(generating);
		this.set(ready);
	}

	restart(): Promise<void> {
		this.restarts++;
		return Promise.resolve();
	}
}

const clock = new ManualClock();
let engine: Engine;
let signals: AbortSignal[];
let outcome: (signal: AbortSignal) => Promise<DeviceVerdict | undefined>;
let watching: Disposable;
let mayMeasure: boolean;

const verdictFor = (device: Device): DeviceVerdict => ({
	version: 1,
	folder: '/m',
	facts: { model: '', cpu: '', cores: 1, system: '', runtime: '', threads: 0 },
	device,
	devices: [device],
	trials: [],
});

beforeEach(() => {
	engine = new Engine();
	signals = [];
	outcome = () => Promise.resolve(verdictFor('cpu'));
	const decide = (_: string, signal: AbortSignal): Promise<DeviceVerdict | undefined> => {
		signals.push(signal);
		return outcome(signal);
	};
	mayMeasure = true;
	const parts = { folder: '/m', chooser: { decide }, log: silentLog, mayMeasure: () => mayMeasure, clock };
	watching = decideWhenIdle(engine, parts);
});
afterEach(() => watching.dispose());

test('nothing is measured before the model has answered', async () => {
	engine.set(ready);
	await clock.advance(600_000);
	expect(signals).toHaveLength(0);
});

test('nothing is measured while one request follows the other', async () => {
	for (let request = 0; request < 20; request++) {
		engine.answer();
		await clock.advance(10_000);
	}
	expect(signals).toHaveLength(0);
});

test('after the first answer and a pause it is measured, once', async () => {
	engine.answer();
	await clock.advance(20_000);
	engine.answer();
	await clock.advance(600_000);
	expect(signals).toHaveLength(1);
	expect(engine.restarts).toBe(0);
});

test('a request ends the measurement, and the next pause begins it anew', async () => {
	outcome = signal =>
		new Promise(resolve => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
	engine.answer();
	await clock.advance(20_000);
	engine.set(generating);
	await settle();
	expect(signals[0]?.aborted).toBe(true);
	engine.set(ready);
	await clock.advance(20_000);
	expect(signals).toHaveLength(2);
});

test('on battery it waits until there is power, without another answer', async () => {
	mayMeasure = false;
	engine.answer();
	await clock.advance(300_000);
	expect(signals).toHaveLength(0);
	mayMeasure = true;
	await clock.advance(20_000);
	expect(signals).toHaveLength(1);
});

test('the engine is started on the faster device while it rests', async () => {
	outcome = () => Promise.resolve(verdictFor('webgpu'));
	engine.answer();
	await clock.advance(20_000);
	expect(engine.restarts).toBe(1);
});

test('a device that the engine has given up is not tried again', async () => {
	outcome = () => Promise.resolve(verdictFor('webgpu'));
	engine.set(generating);
	engine.set({ kind: 'ready', model: { ...fakeModel, fallbackReason: 'it crashed' } });
	await clock.advance(20_000);
	expect(signals).toHaveLength(1);
	expect(engine.restarts).toBe(0);
});

test('too little memory now is tried again later, any other failure is not', async () => {
	outcome = () => Promise.reject(new GenerationError('outOfMemory', 'too large'));
	engine.answer();
	await clock.advance(20_000);
	outcome = () => Promise.reject(new GenerationError('badModel', 'damaged'));
	engine.answer();
	await clock.advance(20_000);
	engine.answer();
	await clock.advance(20_000);
	expect(signals).toHaveLength(2);
});

test('once it is disposed nothing is begun and what runs is ended', async () => {
	outcome = signal =>
		new Promise(resolve => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
	engine.answer();
	await clock.advance(20_000);
	watching.dispose();
	expect(signals[0]?.aborted).toBe(true);
	engine.answer();
	await clock.advance(20_000);
	expect(signals).toHaveLength(1);
});
