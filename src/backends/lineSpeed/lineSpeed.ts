import { type Device } from '../../generation';
import { isDevice } from '../../protocol';
import { isDeviceFacts, type DeviceFacts } from '../devices/deviceFacts';
import { isDuration, isPlainRecord, parseJson } from '../devices/readRecord';

/** A suggestion of one line has to be there in about this time while somebody types; beyond it the next key comes first. */
export const warmLineLimitMs = 400;

/** How fast a model is on this machine, as one who types feels it. */
export interface LineSpeed {
	/** What a short line takes behind a prompt of which all but the last tokens was read before. */
	readonly warmLineMs: number;
	/** How fast a prompt is read that is new. */
	readonly promptTokensPerSecond: number;
}

/** A speed as it is remembered. */
export interface LineSpeedRecord extends LineSpeed {
	readonly version: 1;
	/** Folder of the model, for people who read the file. */
	readonly folder: string;
	readonly facts: DeviceFacts;
	/** Where the model ran. */
	readonly device: Device;
	/** Measurements that it is the best of. */
	readonly times: number;
}

/** A slow one may have been measured while the machine was busy with something else; after so many it is believed. */
const timesUntilBelieved = 3;

/** Whether there is no need to measure anew. */
export const isSettled = ({ warmLineMs, times }: Pick<LineSpeedRecord, 'warmLineMs' | 'times'>): boolean =>
	warmLineMs <= warmLineLimitMs || times >= timesUntilBelieved;

/** Reads a remembered speed; undefined for anything that is not one. */
export function parseLineSpeed(text: string): LineSpeedRecord | undefined {
	const value = parseJson(text);
	if (!isPlainRecord(value) || value.version !== 1 || typeof value.folder !== 'string') return undefined;
	const { folder, facts, device, warmLineMs, promptTokensPerSecond, times } = value;
	if (!isDevice(device) || !isDeviceFacts(facts)) return undefined;
	if (!isDuration(warmLineMs) || !isDuration(promptTokensPerSecond) || !isDuration(times)) return undefined;
	return { version: 1, folder, facts, device, warmLineMs, promptTokensPerSecond, times };
}
