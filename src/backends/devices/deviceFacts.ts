import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release } from 'node:os';
import { join } from 'node:path';
import { isDuration, isPlainRecord } from './readRecord';

/** What a choice of device depends on, and is made anew when any of it changes. */
export interface DeviceFacts {
	/** Names, sizes and times of the model's files, as a hash. */
	readonly model: string;
	readonly cpu: string;
	readonly cores: number;
	/** Platform, architecture and kernel or build. */
	readonly system: string;
	/** Version of the runtime. */
	readonly runtime: string;
	/** Threads that were set; 0 where the engine chooses. */
	readonly threads: number;
}

/** The facts about this machine and a model, read without loading anything. */
export function deviceFacts(folder: string, entry: string, threads: number | undefined): DeviceFacts {
	return {
		model: stampOf(folder),
		cpu: cpus()[0]?.model ?? '',
		cores: availableParallelism(),
		system: `${process.platform} ${process.arch} ${release()}`,
		runtime: runtimeVersion(entry),
		threads: threads ?? 0,
	};
}

/** Whether a value that came from a file has this shape. */
export const isDeviceFacts = (value: unknown): value is DeviceFacts =>
	isPlainRecord(value) &&
	[value.model, value.cpu, value.system, value.runtime].every(fact => typeof fact === 'string') &&
	[value.cores, value.threads].every(isDuration);

/** Whether a choice that was made under some facts still holds under others. */
export const sameFacts = (one: DeviceFacts, other: DeviceFacts): boolean => signature(one) === signature(other);

const signature = ({ model, cpu, cores, system, runtime, threads }: DeviceFacts): string =>
	JSON.stringify([model, cpu, cores, system, runtime, threads]);

/** Of the folder and its graphs, without what the engine itself puts beside them. */
function stampOf(folder: string): string {
	const hash = createHash('sha256');
	for (const part of [folder, join(folder, 'onnx')])
		for (const name of namesIn(part).sort()) {
			const found = statSync(join(part, name), { throwIfNoEntry: false });
			if (found?.isFile() && !name.includes('.inkling.')) hash.update(`${name} ${found.size} ${found.mtimeMs}\n`);
		}
	return hash.digest('hex').slice(0, 16);
}

function namesIn(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		// A folder that is not there cannot be loaded either, and that is where it is said.
		return [];
	}
}

/** As its package says, because native code is not loaded here. */
function runtimeVersion(entry: string): string {
	try {
		const { version } = createRequire(entry)('onnxruntime-node/package.json') as { readonly version?: unknown };
		return typeof version === 'string' ? version : '';
	} catch {
		// An engine without its runtime says so when it starts.
		return '';
	}
}
