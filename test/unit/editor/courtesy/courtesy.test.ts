import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Emitter } from '../../../../src/base';
import { type EngineState } from '../../../../src/backends';
import { Courtesy } from '../../../../src/editor/courtesy';
import { linuxOnBattery } from '../../../../src/editor/courtesy/powerSource';
import { fakeModel } from '../../../helpers/fakeEngine';
import { ManualClock, settle } from '../../../helpers/manualClock';

const scratch = mkdtempSync(join(tmpdir(), 'inkling-power-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('holding back', () => {
	const changed = new Emitter<void>();
	let clock: ManualClock;
	let state: EngineState;
	let onBattery: boolean;
	let available: number;
	let unloaded: (readonly [reason: string, restingMs: number | undefined])[];
	let told: number;
	let courtesy: Courtesy;

	beforeEach(() => {
		clock = new ManualClock();
		state = { kind: 'ready', model: fakeModel };
		[onBattery, available, unloaded, told] = [false, 8e9, [], 0];
		const slots = {
			get list() {
				return [{ folder: 'm', state }];
			},
			unloadIdle: (reason: string, options?: { readonly restingMs?: number }) => {
				unloaded.push([reason, options?.restingMs]);
				state = { kind: 'stopped' };
				return 1;
			},
			onStateChange: changed.event,
		};
		const memory = (): { available: number; total: number } => ({ available, total: 16e9 });
		courtesy = new Courtesy({ slots, isOnBattery: () => Promise.resolve(onBattery), memory, clock });
		courtesy.onChange(() => told++);
	});

	test('where there is power and memory nothing happens', async () => {
		changed.fire();
		await clock.advance(120_000);
		expect([unloaded, told, courtesy.mayMeasure]).toEqual([[], 0, true]);
	});

	test('on battery, models that rest for two minutes go, nothing is measured, and it is said once', async () => {
		onBattery = true;
		changed.fire();
		await clock.advance(31_000);
		expect(unloaded).toEqual([['the machine is on battery', 120_000]]);
		expect([told, courtesy.mayMeasure, courtesy.restraint.onBattery]).toEqual([1, false, true]);
	});

	test('where memory is short, models that rest go soon', async () => {
		available = 0.5e9;
		changed.fire();
		await clock.advance(31_000);
		expect(unloaded).toEqual([['memory is short', 15_000]]);
		expect(courtesy.restraint).toEqual({ onBattery: false, memoryShort: true });
	});

	test('it does not look around while nothing is loaded', async () => {
		onBattery = true;
		state = { kind: 'stopped' };
		changed.fire();
		await clock.advance(300_000);
		await settle();
		expect([unloaded, courtesy.mayMeasure]).toEqual([[], true]);
	});
});

describe('the power supplies of Linux', () => {
	function machine(name: string, supplies: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
		for (const [supply, files] of Object.entries(supplies)) {
			mkdirSync(join(scratch, name, supply), { recursive: true });
			for (const [file, text] of Object.entries(files)) writeFileSync(join(scratch, name, supply, file), `${text}\n`);
		}
		return join(scratch, name);
	}
	const battery = { type: 'Battery', status: 'Discharging' };

	test.each([
		['a laptop that is unplugged', { AC: { type: 'Mains', online: '0' }, BAT0: battery }, true],
		[
			'a laptop that is plugged in',
			{ AC: { type: 'Mains', online: '1' }, BAT0: { ...battery, status: 'Charging' } },
			false,
		],
		['one that USB feeds', { UCSI: { type: 'USB', online: '1' }, BAT0: battery }, false],
		['a desktop with a mouse that has a battery', { hid: { ...battery, scope: 'Device' } }, false],
		['a desktop', {}, false],
	])('%s', async (name, supplies, expected) => {
		expect(await linuxOnBattery(machine(name, supplies))).toBe(expected);
	});
});
