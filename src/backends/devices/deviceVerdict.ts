import { type Device } from '../../generation';
import { deviceObstacles, isDevice } from '../../protocol';
import { isDeviceFacts, type DeviceFacts } from './deviceFacts';
import { type DeviceTrial } from './deviceTrial';
import { isArrayOf, isDuration, isPlainRecord, parseJson } from './readRecord';

/** What a measured choice came to, as it is remembered. */
export interface DeviceVerdict {
	readonly version: 1;
	/** Folder of the model, for people who read the file. */
	readonly folder: string;
	readonly facts: DeviceFacts;
	readonly device: Device;
	/** Those that computed something, whether they ran this model or not. */
	readonly devices: readonly Device[];
	/** The CPU first. */
	readonly trials: readonly DeviceTrial[];
}

/** Reads a remembered verdict; undefined for anything that is not one. */
export function parseVerdict(text: string): DeviceVerdict | undefined {
	const value = parseJson(text);
	if (!isPlainRecord(value) || value.version !== 1 || typeof value.folder !== 'string') return undefined;
	const { folder, facts, device, devices, trials } = value;
	if (!isDevice(device) || !isDeviceFacts(facts) || !isArrayOf(devices, isDevice) || !isArrayOf(trials, isTrial))
		return undefined;
	const isTried = trials.some(trial => trial.kind !== 'unusable' && trial.device === device);
	return isTried ? { version: 1, folder, facts, device, devices, trials } : undefined;
}

function isTrial(value: unknown): value is DeviceTrial {
	if (!isPlainRecord(value) || !isDevice(value.device)) return false;
	if (value.kind === 'unmeasured') return true;
	if (value.kind === 'measured') return isDuration(value.prefillMs) && isDuration(value.decodeMs);
	const obstacles: readonly unknown[] = [...deviceObstacles, 'modelUnfit'];
	return value.kind === 'unusable' && obstacles.includes(value.obstacle) && typeof value.detail === 'string';
}
