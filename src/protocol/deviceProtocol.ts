import { type Device } from '../generation';
import { devices } from './engineProtocol';
import { isAbsentOr, isListOf, isOneOf, isRecord, isString } from './plainData';

/** Why a device cannot be used at all. */
export const deviceObstacles = [
	/** This platform's runtime has no such provider. */
	'notInBuild',
	/** The provider's own libraries are not installed. */
	'librariesMissing',
	/** No graphics device, or no driver for it. */
	'noAdapter',
	/** Something else went wrong, which `detail` says. */
	'failed',
	/** The process that tried it ended. */
	'crashed',
	/** The process that tried it did not end in time. */
	'timedOut',
] as const;
export type DeviceObstacle = (typeof deviceObstacles)[number];

/** What a process found out about one device by computing something on it. */
export interface DeviceProbe {
	readonly device: Device;
	/** Version of the runtime. */
	readonly runtime: string;
	/** Devices that this build of the runtime has providers for, whether they work or not. */
	readonly inBuild: readonly Device[];
	/** Absent where the device computed the right numbers. */
	readonly obstacle?: DeviceObstacle;
	/** The runtime's own words about the obstacle. */
	readonly detail?: string;
}

/** Whether a value that came from elsewhere has this shape. */
export const isDeviceProbe = (value: unknown): value is DeviceProbe =>
	isRecord(value) &&
	isDevice(value.device) &&
	isString(value.runtime) &&
	isListOf(value.inBuild, isDevice, devices.length) &&
	isAbsentOr(value.obstacle, isObstacle) &&
	isAbsentOr(value.detail, isString);

/** Whether a value that came from elsewhere names a device. */
export const isDevice = (value: unknown): value is Device => isOneOf(value, devices);
const isObstacle = (value: unknown): value is DeviceObstacle => isOneOf(value, deviceObstacles);
