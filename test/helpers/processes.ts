import { readFileSync } from 'node:fs';

/** Whether the process runs: not gone, not a zombie. */
export function isRunning(pid: number): boolean {
	try {
		return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

/** How long it took, in milliseconds. @throws Error when it takes longer than the limit */
export async function until(condition: () => boolean, limitMs: number): Promise<number> {
	const startedAt = performance.now();
	while (!condition()) {
		if (performance.now() - startedAt > limitMs) throw new Error(`not within ${limitMs} ms`);
		await new Promise(resolve => setTimeout(resolve, 10));
	}
	return performance.now() - startedAt;
}
