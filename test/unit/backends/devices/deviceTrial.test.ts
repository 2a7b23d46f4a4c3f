import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseDevice, type DeviceTrial } from '../../../../src/backends';
import { type Device } from '../../../../src/generation';

const measured = (device: Device, prefillMs: number, decodeMs: number): DeviceTrial => ({
	kind: 'measured',
	device,
	prefillMs,
	decodeMs,
});

test.each<[string, readonly DeviceTrial[], Device]>([
	['a graphics device that is slower loses', [measured('cpu', 10, 20), measured('webgpu', 30, 200)], 'cpu'],
	['one that is a little faster loses', [measured('cpu', 10, 20), measured('webgpu', 10, 18)], 'cpu'],
	['one that is clearly faster wins', [measured('cpu', 100, 200), measured('webgpu', 20, 100)], 'webgpu'],
	[
		'the fastest of several wins',
		[measured('cpu', 100, 200), measured('webgpu', 20, 100), measured('cuda', 20, 30)],
		'cuda',
	],
	[
		'one that crashed is no candidate',
		[measured('cpu', 100, 200), { kind: 'unusable', device: 'dml', obstacle: 'crashed', detail: '' }],
		'cpu',
	],
	['alone, the CPU is chosen without a figure', [{ kind: 'unmeasured', device: 'cpu' }], 'cpu'],
])('%s', (_, trials, expected) => expect(chooseDevice(trials)).toBe(expected));

test('whatever is measured, no device is chosen that is slower than the CPU', () => {
	const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
	fc.assert(
		fc.property(ms, ms, ms, (cpu, webgpu, cuda) => {
			const times = { cpu, webgpu, cuda };
			const trials = (['cpu', 'webgpu', 'cuda'] as const).map(device => measured(device, times[device], 0));
			expect(times[chooseDevice(trials) as keyof typeof times]).toBeLessThanOrEqual(cpu);
		}),
	);
});
