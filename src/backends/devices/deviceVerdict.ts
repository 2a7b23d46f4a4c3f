import { type Device } from '../../generation';
import { deviceObstacles, isDevice } from '../../protocol';
import { type DeviceFacts } from './deviceFacts';
import { type DeviceTrial } from './deviceTrial';

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
	if (!isRecord(value) || value.version !== 1 || typeof value.folder !== 'string') return undefined;
	const { folder, facts, device, devices, trials } = value;
	if (!isDevice(device) || !isFacts(facts) || !isArrayOf(devices, isDevice) || !isArrayOf(trials, isTrial))
		return undefined;
	const isTried = trials.some(trial => trial.kind !== 'unusable' && trial.device === device);
	return isTried ? { version: 1, folder, facts, device, devices, trials } : undefined;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// A damaged file is one that is measured anew.
		return undefined;
	}
}

type PlainRecord = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is PlainRecord =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const isArrayOf = <T>(value: unknown, accepts: (item: unknown) => item is T): value is T[] =>
	Array.isArray(value) && value.every(item => accepts(item));
const isDuration = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isFacts = (value: unknown): value is DeviceFacts =>
	isRecord(value) &&
	[value.model, value.cpu, value.system, value.runtime].every(fact => typeof fact === 'string') &&
	[value.cores, value.threads].every(isDuration);

function isTrial(value: unknown): value is DeviceTrial {
	if (!isRecord(value) || !isDevice(value.device)) return false;
	if (value.kind === 'unmeasured') return true;
	if (value.kind === 'measured') return isDuration(value.prefillMs) && isDuration(value.decodeMs);
	const obstacles: readonly unknown[] = [...deviceObstacles, 'modelUnfit'];
	return value.kind === 'unusable' && obstacles.includes(value.obstacle) && typeof value.detail === 'string';
}
