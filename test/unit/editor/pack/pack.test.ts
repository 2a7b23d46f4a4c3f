import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../../src/base';
import { Pack } from '../../../../src/editor/pack/pack';
import { GenerationError } from '../../../../src/generation';
import { packObstacle, type PackComparison, type PackState } from '../../../../src/models';
import { settle } from '../../../helpers/manualClock';

const right: PackComparison = { read: true };
const wrong: PackComparison = { read: true, damage: { file: 'onnx/model_q4.onnx_data_1', problem: 'bytes' } };

/** A machine with packs, by folder: what a look at each says, and what a comparison does, when the test lets it end. */
class FakeMachine {
	readonly looks = new Map<string, PackComparison | undefined>();
	readonly outcomes = new Map<string, PackComparison | Error>();
	readonly compared: string[] = [];
	readonly states: PackState['kind'][] = [];
	available = 8e9;
	time = 0;
	private readonly waiting: (() => void)[] = [];
	readonly pack = new Pack({
		find: () => Promise.resolve([...this.looks.keys()]),
		look: folder => Promise.resolve(this.looks.get(folder)),
		compare: folder => this.compare(folder),
		need: () => Promise.resolve(7e8),
		memory: () => ({ available: this.available, total: 16e9 }),
		now: () => this.time,
		log: silentLog,
	});

	constructor() {
		this.pack.onChange(({ kind }) => this.states.push(kind));
	}

	/** Lets every comparison that runs end. */
	endComparisons(): void {
		for (const end of this.waiting.splice(0)) end();
	}

	get obstacle(): string | undefined {
		return packObstacle(this.pack.facts(() => false))?.kind;
	}

	private async compare(folder: string): Promise<PackComparison | undefined> {
		this.compared.push(folder);
		await new Promise<void>(resolve => this.waiting.push(resolve));
		const outcome = this.outcomes.get(folder);
		if (outcome instanceof Error) throw outcome;
		return outcome;
	}
}

describe('the model pack', () => {
	test('is not looked for before somebody asks', async () => {
		const machine = new FakeMachine();
		machine.looks.set('/pack', right);
		await settle();
		expect(machine.pack.state).toEqual({ kind: 'missing' });
		await expect(machine.pack.looked()).resolves.toEqual({ kind: 'sound', folder: '/pack', needBytes: 7e8 });
		expect(machine.compared).toEqual([]);
	});

	test('is compared in the background where nothing is known, and whoever must be sure waits', async () => {
		const machine = new FakeMachine();
		machine.looks.set('/pack', undefined);
		machine.outcomes.set('/pack', right);
		await expect(machine.pack.looked()).resolves.toEqual({ kind: 'checking', folder: '/pack' });
		expect(machine.obstacle).toBe('checking');
		const settled = machine.pack.settled();
		await settle();
		machine.endComparisons();
		await expect(settled).resolves.toMatchObject({ kind: 'sound' });
		expect(machine.obstacle).toBeUndefined();
		expect(machine.states).toEqual(['checking', 'sound']);
		await machine.pack.settled();
		expect(machine.compared).toEqual(['/pack']);
	});

	test('that is damaged says which file', async () => {
		const machine = new FakeMachine();
		machine.looks.set('/pack', undefined);
		machine.outcomes.set('/pack', wrong);
		const settled = machine.pack.settled();
		await settle();
		machine.endComparisons();
		await expect(settled).resolves.toEqual({ kind: 'damaged', folder: '/pack', damage: wrong.damage });
	});

	test('of two the first that is whole is taken, and of two damaged ones the first is told about', async () => {
		const machine = new FakeMachine();
		machine.looks.set('/own', wrong);
		machine.looks.set('/installed', right);
		await expect(machine.pack.settled()).resolves.toMatchObject({ kind: 'sound', folder: '/installed' });
		machine.looks.set('/installed', wrong);
		machine.pack.refresh();
		await expect(machine.pack.settled()).resolves.toMatchObject({ kind: 'damaged', folder: '/own' });
	});

	test('that is installed later is found, and an older look does not undo that', async () => {
		const machine = new FakeMachine();
		await expect(machine.pack.settled()).resolves.toEqual({ kind: 'missing' });
		machine.looks.set('/slow', undefined);
		machine.outcomes.set('/slow', wrong);
		machine.pack.refresh();
		await settle();
		machine.looks.clear();
		machine.looks.set('/pack', right);
		machine.pack.refresh();
		await expect(machine.pack.settled()).resolves.toMatchObject({ kind: 'sound', folder: '/pack' });
		machine.endComparisons();
		await settle();
		expect(machine.pack.state).toMatchObject({ kind: 'sound', folder: '/pack' });
	});

	test('whose comparison ends with its process is not used, and tried again when the engine is restarted', async () => {
		const machine = new FakeMachine();
		machine.looks.set('/pack', undefined);
		machine.outcomes.set('/pack', new GenerationError('engineStopped', 'it ended'));
		const settled = machine.pack.settled();
		await settle();
		machine.endComparisons();
		await expect(settled).resolves.toMatchObject({ kind: 'failed', code: 'engineStopped' });
		machine.outcomes.set('/pack', right);
		machine.pack.refresh();
		await settle();
		machine.endComparisons();
		await expect(machine.pack.settled()).resolves.toMatchObject({ kind: 'sound' });
	});
});

describe('a pack whose model cannot be loaded', () => {
	const failing = async (): Promise<FakeMachine> => {
		const machine = new FakeMachine();
		machine.looks.set('/pack', right);
		await machine.pack.settled();
		return machine;
	};

	test('for want of memory is tried again after a minute', async () => {
		const machine = await failing();
		expect(machine.pack.gaveUp(new GenerationError('outOfMemory', 'too large'))).toBe(true);
		expect(machine.obstacle).toBe('memory');
		machine.time = 60_000;
		expect(machine.obstacle).toBeUndefined();
	});

	test('because a file changed since is called damaged, with the file', async () => {
		const machine = await failing();
		machine.looks.set('/pack', wrong);
		expect(machine.pack.gaveUp(new GenerationError('badModel', 'it changed'))).toBe(true);
		expect(machine.obstacle).toBe('failed');
		await settle();
		expect(machine.pack.state).toEqual({ kind: 'damaged', folder: '/pack', damage: wrong.damage });
	});

	test('because its process keeps crashing is left alone until the engine is restarted', async () => {
		const machine = await failing();
		expect(machine.pack.gaveUp(new GenerationError('engineCrashing', 'five times'))).toBe(true);
		machine.time = 1e9;
		expect(machine.obstacle).toBe('failed');
		machine.pack.refresh();
		await machine.pack.settled();
		expect(machine.obstacle).toBeUndefined();
	});

	test('for a reason that has nothing to do with the pack is still used', async () => {
		const machine = await failing();
		for (const error of [new GenerationError('engineStopped', 'it was shut down'), new Error('a bug')])
			expect(machine.pack.gaveUp(error)).toBe(false);
		expect(machine.obstacle).toBeUndefined();
	});
});
