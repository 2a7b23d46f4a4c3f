import { answerMs, type DeviceVerdict } from '../backends';
import { type Device } from '../generation';
import { devices, type DeviceObstacle, type DeviceProbe } from '../protocol';

/** What is known about one device, for one model. */
export interface DeviceRow {
	readonly device: Device;
	/** It is the one that is set. */
	readonly isSet: boolean;
	/** Measured time of a short answer, in milliseconds. */
	readonly ms?: number;
	/** Why it cannot be used, with the words of the runtime where there are any. */
	readonly obstacle?: DeviceObstacle | 'modelUnfit';
	readonly detail?: string;
}

/** Every device there is, those that can be used first. What a probe finds now counts more than what a measurement found then.
 * @param verdict of the model, where it was measured */
export function deviceRows(
	set: Device | 'auto',
	probes: readonly DeviceProbe[],
	verdict: DeviceVerdict | undefined,
): readonly DeviceRow[] {
	const rows = devices.map(device => ({ device, isSet: device === set, ...finding(device, probes, verdict) }));
	const isUsable = ({ obstacle }: DeviceRow): boolean => obstacle === undefined;
	return [...rows.filter(isUsable), ...rows.filter(row => !isUsable(row))];
}

function finding(
	device: Device,
	probes: readonly DeviceProbe[],
	verdict: DeviceVerdict | undefined,
): Pick<DeviceRow, 'ms' | 'obstacle' | 'detail'> {
	const probe = probes.find(one => one.device === device);
	if (!probe) return { obstacle: 'notInBuild' };
	if (probe.obstacle) return { obstacle: probe.obstacle, ...(probe.detail && { detail: probe.detail }) };
	const trial = verdict?.trials.find(one => one.device === device);
	if (trial?.kind === 'measured') return { ms: answerMs(trial) };
	return trial?.kind === 'unusable' ? { obstacle: trial.obstacle, detail: trial.detail } : {};
}
