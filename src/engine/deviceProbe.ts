import { type Device } from '../generation';
import { deviceProbeGraph } from '../models';
import { type DeviceObstacle, type DeviceProbe } from '../protocol';
import { devicesInBuild, runOnlyOn, runtimeVersion, tensor } from './runtime';

/** The runtime's texts, most specific first. */
const meanings: readonly (readonly [RegExp, DeviceObstacle])[] = [
	[/Failed to load (shared )?library|LoadLibrary failed|cannot open shared object/i, 'librariesMissing'],
	[/adapter|no (CUDA-capable )?device|driver/i, 'noAdapter'],
];
const mostDetail = 500;

/** Computes something tiny on a device: a list of providers says what was compiled in, not what works. A driver may end the process,
 * or never come back, so this has a process of its own. Never rejects. */
export async function probeDevice(device: Device): Promise<DeviceProbe> {
	const inBuild = devicesInBuild();
	const facts = { device, runtime: runtimeVersion(), inBuild };
	if (!inBuild.includes(device)) return { ...facts, obstacle: 'notInBuild' };
	try {
		const input = tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]);
		const { output } = await runOnlyOn(device, deviceProbeGraph(), { input }, ['output']);
		const found = Array.from(output?.data as Float32Array).join(' ');
		if (found === '2 4 6 8') return facts;
		return { ...facts, obstacle: 'failed', detail: `It computed ${found} where 2 4 6 8 was right.` };
	} catch (error) {
		const detail = (error instanceof Error ? error.message : String(error)).trim().slice(-mostDetail);
		return { ...facts, obstacle: meanings.find(([pattern]) => pattern.test(detail))?.[1] ?? 'failed', detail };
	}
}
