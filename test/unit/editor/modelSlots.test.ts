import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../../../src/base';
import { ModelSlots } from '../../../src/editor/modelSlots';
import { FakeEngine, read } from '../../helpers/fakeEngine';
import { settle } from '../../helpers/manualClock';

const made: ModelSlots[] = [];
afterEach(() => made.splice(0).forEach(slots => slots.dispose()));

/** Slots whose engines are fakes, by folder, and a clock that a test moves. */
function start(): { slots: ModelSlots; fakes: Map<string, FakeEngine>; pass: (ms: number) => void } {
	const fakes = new Map<string, FakeEngine>();
	let time = 0;
	const create = (folder: string): { engine: FakeEngine['engine']; watching: FakeEngine['engine'] } => {
		const fake = fakes.get(folder) ?? new FakeEngine();
		fakes.set(folder, fake);
		return { engine: fake.engine, watching: fake.engine };
	};
	const slots = new ModelSlots({ create, log: silentLog, now: () => time });
	made.push(slots);
	return { slots, fakes, pass: ms => void (time += ms) };
}

/** An engine that finds room only while no other process lives. */
function largeEngine(others: () => readonly FakeEngine[]): FakeEngine {
	const large = new FakeEngine();
	large.onLoad = (process, call) => {
		const isFull = others().some(({ processes }) => processes.some(one => one.isAlive));
		if (isFull) process.send({ type: 'failed', call, code: 'outOfMemory', message: 'it does not fit' });
		else FakeEngine.loads(process, call);
	};
	return large;
}

test('a model that does not fit gets the memory of those that rest, and they come back when they are needed', async () => {
	const { slots, fakes } = start();
	await slots.open('small');
	fakes.set(
		'large',
		largeEngine(() => [fakes.get('small')!]),
	);
	await slots.open('large');
	expect(slots.list.map(({ folder, state }) => [folder, state.kind])).toEqual([
		['small', 'stopped'],
		['large', 'ready'],
	]);
	await slots.open('small');
	expect(slots.list[0]!.state.kind).toBe('ready');
});

test('one that works is not sacrificed', async () => {
	const { slots, fakes } = start();
	const { end } = read(await slots.open('small'));
	await settle();
	fakes.set(
		'large',
		largeEngine(() => [fakes.get('small')!]),
	);
	await expect(slots.open('large')).rejects.toMatchObject({ code: 'outOfMemory' });
	expect(slots.list[0]!.state.kind).toBe('generating');
	fakes.get('small')!.current.die();
	await end;
});

test('only models that have rested for long enough are unloaded', async () => {
	const { slots, fakes, pass } = start();
	await slots.open('first');
	pass(1000);
	await slots.open('second');
	expect(slots.unloadIdle('a test', { restingMs: 500 })).toBe(1);
	expect(fakes.get('first')!.current.isAlive).toBe(false);
	expect(fakes.get('second')!.current.isAlive).toBe(true);
	expect(slots.unloadIdle('a test', { except: 'second' })).toBe(0);
	expect(slots.unloadIdle('a test')).toBe(1);
});
