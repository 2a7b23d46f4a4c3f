import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

const mostThreads = 8;

/** Threads for one operator: one less than the physical cores, so that the editor keeps one; hyper-threads share the units
 * that matrix products need, and beyond eight memory is the limit. */
export function defaultThreads(): number {
	const cores = Math.min(physicalCores(), availableParallelism());
	return Math.min(mostThreads, Math.max(1, cores - 1));
}

function physicalCores(): number {
	const logical = Math.max(1, cpus().length);
	if (process.platform === 'linux') return countCores(readText('/proc/cpuinfo')) ?? logical;
	// Intel Macs are not supported by the runtime and Apple's chips have no hyper-threads; on Windows there is no cheap way to ask.
	return process.platform === 'win32' ? Math.max(1, Math.ceil(logical / 2)) : logical;
}

function readText(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		// Containers may hide it; the caller then counts logical processors.
		return '';
	}
}

/** Distinct (socket, core) pairs in the text of /proc/cpuinfo; undefined when it does not say. */
export function countCores(cpuInfo: string): number | undefined {
	const cores = new Set<string>();
	for (const processor of cpuInfo.split(/\n\s*\n/)) {
		const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1];
		const socket = /^physical id\s*:\s*(\d+)/m.exec(processor)?.[1] ?? '0';
		if (core !== undefined) cores.add(`${socket}/${core}`);
	}
	return cores.size > 0 ? cores.size : undefined;
}
