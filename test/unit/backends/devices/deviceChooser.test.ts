import { cpSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../../../src/base';
import { DeviceChooser } from '../../../../src/backends';
import { type Device } from '../../../../src/generation';
import { type DeviceProbe, type ToEngine } from '../../../../src/protocol';
import { fakeModel, fakeUsage, FakeProcess } from '../../../helpers/fakeEngine';
import { ManualClock, settle } from '../../../helpers/manualClock';
import { modelFolder } from '../../../helpers/references';

const never = new AbortController().signal;
const inBuild: readonly Device[] = ['cpu', 'webgpu', 'cuda'];

/** A machine: what each device does when it is probed, and how long a run takes on it. */
class Machine {
	readonly clock = new ManualClock();
	readonly processes: FakeProcess[] = [];
	/** Milliseconds of prefill by device; absent: the model does not run on it. */
	speeds: Partial<Record<Device, number>> = { cpu: 100, webgpu: 10 };
	obstacles: Partial<Record<Device, DeviceProbe['obstacle'] | 'hangs' | 'crashes'>> = { cuda: 'librariesMissing' };
	threads: number | undefined;

	start(): FakeProcess {
		let device: Device = 'cpu';
		const process: FakeProcess = new FakeProcess(this.processes.length, (_, call) => {
			const load = process.heard.findLast(message => message.type === 'load')!;
			device = load.options.device as Device;
			const isOn = this.speeds[device] !== undefined;
			const model = isOn ? { ...fakeModel, device } : { ...fakeModel, fallbackReason: 'an operator is missing' };
			process.send({ type: 'loaded', call, model });
		});
		process.onOther = message => this.answer(process, message, device);
		this.processes.push(process);
		return process;
	}

	private answer(process: FakeProcess, message: ToEngine, loadedOn: Device): void {
		const { call } = message;
		if (message.type === 'probe') this.probe(process, call, message.device);
		if (message.type !== 'generate') return;
		const usage = { ...fakeUsage, prefillMs: this.speeds[loadedOn]!, decodeMs: 0 };
		process.send({ type: 'done', call, reason: 'length', usage, tokenIds: [1] });
	}

	private probe(process: FakeProcess, call: number, device: Device): void {
		const obstacle = this.obstacles[device];
		if (obstacle === 'crashes') process.die('it was ended by SIGSEGV');
		else if (obstacle !== 'hangs')
			process.send({
				type: 'probed',
				call,
				probe: { device, runtime: '1', inBuild, ...(obstacle === undefined ? {} : { obstacle, detail: 'why' }) },
			});
	}
}

let root: string;
let folder: string;
let machine: Machine;
let chooser: DeviceChooser;

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'inkling-chooser-'));
	folder = join(root, 'model');
	cpSync(modelFolder('tiny-plain'), folder, { recursive: true });
	machine = new Machine();
	chooser = newChooser();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function newChooser(): DeviceChooser {
	return new DeviceChooser({
		root: join(root, 'devices'),
		entry: __filename,
		log: silentLog,
		clock: machine.clock,
		startProcess: () => machine.start(),
		threads: () => machine.threads,
	});
}

const loads = (): number => machine.processes.filter(({ heard }) => heard.some(({ type }) => type === 'load')).length;

describe('automatic', () => {
	test('is the CPU until something was measured, then the faster device, also for the next session', async () => {
		expect(chooser.deviceFor(folder)).toBe('cpu');
		const verdict = await chooser.decide(folder, never);
		expect(verdict).toMatchObject({ device: 'webgpu', devices: ['cpu', 'webgpu'] });
		expect(verdict?.trials.map(({ device, kind }) => `${device} ${kind}`)).toEqual([
			'cpu measured',
			'webgpu measured',
			'cuda unusable',
		]);
		expect(newChooser().deviceFor(folder)).toBe('webgpu');
	});

	test('stays on the CPU where the other device is slower', async () => {
		machine.speeds = { cpu: 10, webgpu: 100 };
		expect((await chooser.decide(folder, never))?.device).toBe('cpu');
	});

	test('every device has processes of its own, and all of them are ended', async () => {
		await chooser.decide(folder, never);
		expect(machine.processes).toHaveLength(inBuild.length + 2);
		expect(machine.processes.filter(({ isAlive }) => isAlive)).toEqual([]);
	});

	test('is not measured again while nothing has changed', async () => {
		await chooser.decide(folder, never);
		await newChooser().decide(folder, never);
		expect(loads()).toBe(2);
	});

	test('is measured anew where somebody asks for it', async () => {
		await chooser.decide(folder, never);
		machine.speeds = { cpu: 10, webgpu: 100 };
		expect((await chooser.decide(folder, never))?.device).toBe('webgpu');
		expect((await chooser.measureAnew(folder, never))?.device).toBe('cpu');
		expect(chooser.deviceFor(folder)).toBe('cpu');
	});

	test.each<[string, () => void]>([
		['a device came', () => (machine.obstacles = {})],
		['a device went', () => (machine.obstacles = { cuda: 'librariesMissing', webgpu: 'noAdapter' })],
		['the model changed', () => utimesSync(join(folder, 'config.json'), 1, 1)],
		['another number of threads was set', () => (machine.threads = 3)],
	])('is decided anew when %s', async (_, change) => {
		const before = await chooser.decide(folder, never);
		change();
		const after = await chooser.decide(folder, never);
		expect(after).not.toEqual(before);
		expect(chooser.verdict(folder)).toEqual(after);
	});

	test('falls back to the CPU at once when the model is another one', async () => {
		await chooser.decide(folder, never);
		utimesSync(join(folder, 'config.json'), 1, 1);
		expect(chooser.deviceFor(folder)).toBe('cpu');
	});

	test('loads nothing where only the CPU computes', async () => {
		machine.obstacles = { webgpu: 'noAdapter', cuda: 'librariesMissing' };
		const verdict = await chooser.decide(folder, never);
		expect(verdict).toMatchObject({ device: 'cpu', devices: ['cpu'] });
		expect(loads()).toBe(0);
		expect(chooser.verdict(folder)).toEqual(verdict);
	});

	test('has a figure even then where somebody asks for a measurement', async () => {
		machine.obstacles = { webgpu: 'noAdapter', cuda: 'librariesMissing' };
		await chooser.decide(folder, never);
		machine.speeds = { cpu: 70 };
		expect((await chooser.measureAnew(folder, never))?.trials[0]).toMatchObject({ kind: 'measured', prefillMs: 70 });
	});

	test('loads nothing for a model that only runs on the CPU', async () => {
		const other = join(root, 'other');
		cpSync(modelFolder('tiny-t5'), other, { recursive: true });
		const verdict = await chooser.decide(other, never);
		expect(verdict?.trials[1]).toMatchObject({ device: 'webgpu', obstacle: 'modelUnfit' });
		expect(loads()).toBe(0);
	});

	test('a device that cannot run this model keeps its reason', async () => {
		machine.speeds = { cpu: 100 };
		const verdict = await chooser.decide(folder, never);
		const unfit = { device: 'webgpu', obstacle: 'modelUnfit', detail: 'an operator is missing' };
		expect(verdict).toMatchObject({ device: 'cpu', trials: [{}, unfit, {}] });
	});
});

describe('a driver', () => {
	test('that crashes costs its own process only', async () => {
		machine.obstacles = { webgpu: 'crashes', cuda: 'noAdapter' };
		const verdict = await chooser.decide(folder, never);
		expect(verdict?.trials[1]).toMatchObject({ device: 'webgpu', obstacle: 'crashed' });
		expect(verdict?.device).toBe('cpu');
	});

	test('that hangs is ended after half a minute', async () => {
		machine.obstacles = { webgpu: 'hangs' };
		const probing = chooser.probe(never);
		await settle();
		await machine.clock.advance(30_000);
		expect((await probing).map(({ device, obstacle }) => [device, obstacle])).toEqual([
			['cpu', undefined],
			['webgpu', 'timedOut'],
			['cuda', undefined],
		]);
		expect(machine.processes.filter(({ isAlive }) => isAlive)).toEqual([]);
	});

	test('that hangs does not hold up somebody who gives up', async () => {
		machine.obstacles = { webgpu: 'hangs' };
		const stop = new AbortController();
		const deciding = chooser.decide(folder, stop.signal);
		await settle();
		stop.abort();
		expect(await deciding).toBeUndefined();
		expect(machine.processes.filter(({ isAlive }) => isAlive)).toEqual([]);
		expect(chooser.verdict(folder)).toBeUndefined();
	});
});
