import { type Device } from '../../generation';
import { type DeviceProbe } from '../../protocol';
import { inOwnProcess, type ProcessParts } from './ownProcess';

/** Drivers compile their first shaders within seconds; one that takes longer is of no use. */
const probeLimitMs = 30_000;

/** Finds out which devices of this machine compute, each in a process of its own so that a crash or a hang costs nothing. The CPU
 * comes first, then every other device that the runtime's build has a provider for.
 * @throws GenerationError when a process answers with nonsense
 * @returns none when aborted */
export async function probeDevices(parts: ProcessParts, signal: AbortSignal): Promise<readonly DeviceProbe[]> {
	const cpu = await probe('cpu', undefined, parts, signal);
	if (!cpu) return [];
	const probes = [cpu];
	for (const device of cpu.inBuild) {
		if (device === 'cpu') continue;
		const found = await probe(device, cpu, parts, signal);
		if (!found) return [];
		probes.push(found);
	}
	return probes;
}

/** @param known what an earlier probe said about the build, for a process that can say nothing any more */
async function probe(
	device: Device,
	known: DeviceProbe | undefined,
	parts: ProcessParts,
	signal: AbortSignal,
): Promise<DeviceProbe | undefined> {
	const result = await inOwnProcess(parts, probeLimitMs, client => client.probe(device), signal);
	if (result.kind === 'aborted') return undefined;
	if (result.kind === 'done') return result.value;
	const detail = result.kind === 'crashed' ? { detail: result.detail } : {};
	return {
		device,
		runtime: known?.runtime ?? '',
		inBuild: known?.inBuild ?? [device],
		obstacle: result.kind,
		...detail,
	};
}
