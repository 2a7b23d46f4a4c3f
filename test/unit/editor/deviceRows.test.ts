import { expect, test } from 'vitest';
import { type DeviceVerdict } from '../../../src/backends';
import { deviceRows } from '../../../src/editor/deviceRows';
import { type DeviceProbe } from '../../../src/protocol';

const probe = (device: DeviceProbe['device'], obstacle?: DeviceProbe['obstacle']): DeviceProbe => ({
	device,
	runtime: '1.30.0',
	inBuild: ['cpu', 'webgpu', 'cuda'],
	...(obstacle && { obstacle, detail: 'words of the runtime' }),
});
const probes = [probe('cpu'), probe('webgpu'), probe('cuda', 'librariesMissing')];

const verdict: DeviceVerdict = {
	version: 1,
	folder: '/m',
	facts: { model: '', cpu: '', cores: 1, system: '', runtime: '', threads: 0 },
	device: 'cpu',
	devices: ['cpu', 'webgpu'],
	trials: [
		{ kind: 'measured', device: 'cpu', prefillMs: 10, decodeMs: 5 },
		{ kind: 'unusable', device: 'webgpu', obstacle: 'modelUnfit', detail: 'it is a merged decoder' },
		{ kind: 'measured', device: 'cuda', prefillMs: 1, decodeMs: 1 },
	],
};

test('every device has a row, those that can be used first', () => {
	const rows = deviceRows('webgpu', probes, undefined);
	expect(rows.map(({ device, obstacle }) => [device, obstacle])).toEqual([
		['cpu', undefined],
		['webgpu', undefined],
		['dml', 'notInBuild'],
		['coreml', 'notInBuild'],
		['cuda', 'librariesMissing'],
	]);
	expect(rows.filter(({ isSet }) => isSet).map(({ device }) => device)).toEqual(['webgpu']);
});

test('figures and reasons come from the measurement of the model', () => {
	const rows = new Map(deviceRows('auto', probes, verdict).map(row => [row.device, row]));
	expect(rows.get('cpu')?.ms).toBe(15);
	expect(rows.get('webgpu')).toMatchObject({ obstacle: 'modelUnfit', detail: 'it is a merged decoder' });
});

test('a device that is gone has no figure any more', () => {
	const cuda = deviceRows('auto', probes, verdict).find(({ device }) => device === 'cuda');
	expect(cuda).toEqual({ device: 'cuda', isSet: false, obstacle: 'librariesMissing', detail: 'words of the runtime' });
});
