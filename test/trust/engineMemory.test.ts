import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { LocalEngine } from '../../src/backends';
import { buildEngine } from '../helpers/buildEngine';
import { draws } from '../helpers/draws';
import { collect, never, requestFor } from '../helpers/inProcessEngine';
import { modelFolder, readReferences } from '../helpers/references';

const { promptIds } = readReferences('tiny-gqa')[0]!;
const load = { folder: modelFolder('inkling-code'), device: 'cpu', threads: 1, cacheBytes: 64 << 20 } as const;

/** Resident memory of a process in bytes; 0 once it is gone. */
function residentBytes(pid: number): number {
	try {
		const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		return Number(kilobytes ?? 0) * 1024;
	} catch {
		return 0;
	}
}

async function untilGone(pid: number): Promise<void> {
	const startedAt = performance.now();
	while (residentBytes(pid) > 0) {
		if (performance.now() - startedAt > 5000) throw new Error(`process ${pid} is still there after 5 s`);
		await new Promise(resolve => setTimeout(resolve, 10));
	}
}

test.skipIf(process.platform !== 'linux')(
	'memory: every unload gives all of it back, and every load takes the same',
	async () => {
		const entry = await buildEngine();
		const engine = new LocalEngine({ entry, load: () => load, idleUnloadMs: 200, log: silentLog });
		const after: number[] = [];
		const loaded: number[] = [];
		// The first cycle is warming up: code that this process reads once.
		for (let cycle = 0; cycle <= draws(3, 20); cycle++) {
			await collect((await engine.ready()).generate(requestFor(promptIds, { maxTokens: 8 }), never));
			const pid = engine.pid!;
			loaded.push(residentBytes(pid));
			await untilGone(pid);
			after.push(residentBytes(process.pid));
		}
		engine.dispose();
		const [before = 0, ...later] = after;
		console.log(`MB loaded ${inMegabytes(loaded)}; host after each unload ${inMegabytes(after)}`);
		for (const bytes of later) expect(bytes / before).toBeLessThan(1.05);
		// A process is measured at whatever moment of its garbage collection: single ones differ by a tenth, what they cannot do without
		// differs the less the more of them there are.
		const [half, middle] = [Math.ceil(loaded.length / 2), median(loaded)];
		const [early, late] = [Math.min(...loaded.slice(0, half)), Math.min(...loaded.slice(half))];
		expect(Math.abs(late / early - 1)).toBeLessThan(draws(0.1, 0.05));
		for (const bytes of loaded) expect(Math.abs(bytes / middle - 1)).toBeLessThan(0.15);
	},
);

const inMegabytes = (sizes: readonly number[]): string => sizes.map(bytes => Math.round(bytes / 1e6)).join(' ');

const median = (sizes: readonly number[]): number =>
	[...sizes].sort((one, other) => one - other)[Math.floor(sizes.length / 2)]!;
