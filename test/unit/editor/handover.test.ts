import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base';
import { warmLineLimitMs, type LineSpeed } from '../../../src/backends';
import type { GenerationError } from '../../../src/generation';
import { type ToEngine } from '../../../src/protocol';
import { Handover } from '../../../src/editor/handover';
import { ModelSlots } from '../../../src/editor/modelSlots';
import { FakeEngine, fakeModel, fakeUsage, type FakeProcess } from '../../helpers/fakeEngine';
import { ManualClock, settle } from '../../helpers/manualClock';

const pair = { larger: '/large', smaller: '/small' };
const line = (ms: number): LineSpeed => ({ warmLineMs: ms, promptTokensPerSecond: 250 });

/** Two models on fake engines: the larger one loads when the test says so, and writes a line in `lineMs`. */
class Machine {
	readonly clock = new ManualClock();
	readonly engines = new Map<string, FakeEngine>();
	readonly slots: ModelSlots;
	readonly handover: Handover;
	/** What is remembered about this machine. */
	known: LineSpeed | undefined;
	readonly failures: unknown[] = [];
	lineMs = 200;
	isSmallerDamaged = false;
	switches = 0;
	/** Called for every line that is measured. */
	onMeasured: () => void = () => undefined;
	private finish: (() => void) | undefined;

	constructor() {
		const create = (folder: string) => {
			const fake = this.engineOf(folder);
			return { engine: fake.engine, watching: fake.engine };
		};
		this.slots = new ModelSlots({ create, log: silentLog, now: () => this.clock.now() });
		this.handover = new Handover({
			slots: this.slots,
			speeds: {
				read: folder => (folder === pair.larger ? this.known : undefined),
				add: (_, speed) => Promise.resolve((this.known = speed)),
			},
			failed: error => this.failures.push(error),
			clock: this.clock,
			log: silentLog,
		});
		this.handover.onSwitch(() => this.switches++);
	}

	/** Asks for the model that completes now, as a key does. */
	async key(): Promise<string> {
		try {
			return (await this.handover.open(pair)).model.id;
		} finally {
			await this.rest();
		}
	}

	/** The larger model is loaded, and what follows from that happens: a measurement is a dozen messages. */
	async load(): Promise<void> {
		this.finish?.();
		await this.rest();
	}

	async rest(): Promise<void> {
		for (let turn = 0; turn < 5; turn++) await settle();
	}

	isLoaded(folder: string): boolean {
		return this.engines.get(folder)?.engine.state.kind === 'ready';
	}

	dispose(): void {
		this.handover.dispose();
		this.slots.dispose();
	}

	private engineOf(folder: string): FakeEngine {
		const fake = new FakeEngine();
		fake.onLoad = (process, call) => {
			process.onOther = message => this.answer(process, message);
			const model = { ...fakeModel, id: folder, contextTokens: 1024 };
			const loaded = (): void => process.send({ type: 'loaded', call, model });
			if (folder === pair.larger) this.finish = loaded;
			else if (!this.isSmallerDamaged) loaded();
			else process.send({ type: 'failed', call, code: 'badModel', message: 'a file is damaged' });
		};
		this.engines.set(folder, fake);
		return fake;
	}

	private answer(process: FakeProcess, message: ToEngine): void {
		if (message.type !== 'generate') return;
		const { call, request } = message;
		this.onMeasured();
		const usage = { ...fakeUsage, promptTokens: 100, newTokens: request.maxTokens, prefillMs: 400 };
		const warm = { ...usage, reusedTokens: 98, prefillMs: 0, decodeMs: this.lineMs };
		const isCold = process.heard.filter(({ type }) => type === 'generate').length === 1;
		process.send({ type: 'done', call, reason: 'length', usage: isCold ? usage : warm, tokenIds: [1] });
	}
}

let machine: Machine;
beforeEach(() => (machine = new Machine()));
afterEach(() => machine.dispose());

describe('a machine that is fast enough for the larger model', () => {
	test('answers keys with the smaller one while the larger loads, and with the larger from then on', async () => {
		expect(await machine.key()).toBe(pair.smaller);
		expect(await machine.key()).toBe(pair.smaller);
		expect(machine.switches).toBe(0);
		await machine.load();
		expect(machine.switches).toBe(1);
		expect(await machine.key()).toBe(pair.larger);
		expect(machine.known).toMatchObject({ warmLineMs: machine.lineMs });
	});

	test('is measured once: what is remembered needs no line more', async () => {
		machine.known = line(200);
		machine.onMeasured = () => expect.unreachable('it was known');
		await machine.key();
		await machine.load();
		expect(await machine.key()).toBe(pair.larger);
	});

	test('gives back the memory of the smaller one', async () => {
		await machine.key();
		expect(machine.isLoaded(pair.smaller)).toBe(true);
		await machine.load();
		expect(machine.isLoaded(pair.smaller)).toBe(false);
	});

	test('tells how fast prompts are read, so that the first is no longer than that', async () => {
		machine.known = line(200);
		await machine.key();
		await machine.load();
		expect((await machine.handover.open(pair)).model.promptTokensPerSecond).toBe(250);
	});

	test('goes back to the smaller one when the larger was unloaded, and loads it again', async () => {
		await machine.key();
		await machine.load();
		machine.slots.unload(pair.larger);
		expect(machine.handover.current(pair)).toBe(pair.smaller);
		expect(await machine.key()).toBe(pair.smaller);
		await machine.load();
		expect(await machine.key()).toBe(pair.larger);
	});
});

describe('a machine that is too slow for it', () => {
	test('keeps the smaller one', async () => {
		machine.lineMs = warmLineLimitMs * 2;
		await machine.key();
		await machine.load();
		expect(machine.switches).toBe(0);
		expect(await machine.key()).toBe(pair.smaller);
	});

	test('does not even load the larger one once that is known', async () => {
		machine.known = line(warmLineLimitMs * 2);
		await machine.key();
		expect(machine.engines.has(pair.larger)).toBe(false);
	});

	test('is only believed to be when nothing else was asked meanwhile', async () => {
		machine.lineMs = warmLineLimitMs * 2;
		let keys = 0;
		machine.onMeasured = () => {
			if (keys++ < 5) void machine.handover.open(pair);
		};
		await machine.key();
		await machine.load();
		expect(machine.known).toBeUndefined();
		// The disturbance is over, and with it the slowness.
		machine.lineMs = 200;
		await machine.clock.advance(60_000);
		await machine.rest();
		expect(machine.known).toMatchObject({ warmLineMs: 200 });
		expect(await machine.key()).toBe(pair.larger);
	});
});

test('a larger model that cannot be loaded is told, and the smaller one goes on', async () => {
	await machine.key();
	const { current } = machine.engines.get(pair.larger)!;
	current.send({ type: 'failed', call: current.lastCall('load'), code: 'outOfMemory', message: 'it does not fit' });
	await machine.rest();
	expect(machine.failures.map(error => (error as GenerationError).code)).toEqual(['outOfMemory']);
	// Nothing gave way for it: the next key finds the smaller one loaded.
	expect(machine.isLoaded(pair.smaller)).toBe(true);
	expect(await machine.key()).toBe(pair.smaller);
	// Keys do not repeat what was told.
	expect(machine.failures).toHaveLength(1);
});

test('where the smaller one is damaged the larger is what is left', async () => {
	machine.isSmallerDamaged = true;
	await expect(machine.key()).rejects.toMatchObject({ code: 'badModel' });
	await machine.load();
	expect(await machine.key()).toBe(pair.larger);
});
