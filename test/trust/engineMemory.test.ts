import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { silentLog } from '../../src/base';
import { LocalEngine } from '../../src/backends';
import { buildEngine } from '../helpers/buildEngine';
import { draws } from '../helpers/draws';
import { collect, never, requestFor } from '../helpers/inProcessEngine';
import { ManualClock } from '../helpers/manualClock';
import { isRunning, until } from '../helpers/processes';
import { modelFolder, readReferences } from '../helpers/references';

const { promptIds } = readReferences('tiny-gqa')[0]!;
const load = { folder: modelFolder('inkling-code'), device: 'cpu', threads: 1, cacheBytes: 64 << 20 } as const;
const idleUnloadMs = 60_000;

/** Memory that a process holds for itself, in bytes. Mapped files are left out: how much of them counts depends on what the page cache
 * holds, and so on who read them before. */
function heldBytes(pid: number): number {
	const kilobytes = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	return Number(kilobytes) * 1024;
}

/** What this process refers to, in bytes. What it holds also has room for garbage in it, which V8 gives back after seconds at rest. */
function usedBytes(): number {
	setFlagsFromString('--expose-gc');
	(runInNewContext('gc') as () => void)();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

afterEach(() => void vi.unstubAllEnvs());

test.skipIf(process.platform !== 'linux')(
	'memory: every unload gives all of it back, and every load takes the same',
	async () => {
		// The allocator raises the size from which it gives freed memory back at once to that of the largest buffer freed so far. What it
		// keeps then depends on the moment of a garbage collection, up to 50 MB here: more than a leak that should be noticed.
		vi.stubEnv('MALLOC_MMAP_THRESHOLD_', String(128 * 1024));
		const entry = await buildEngine();
		// Its time does not pass by itself: an engine that a busy machine lets wait is not taken for one that hangs.
		const clock = new ManualClock();
		const engine = new LocalEngine({ entry, load: () => load, idleUnloadMs, log: silentLog, clock });
		const held: number[] = [];
		const used: number[] = [];
		const loaded: number[] = [];
		// The first cycle is warming up: code that this process reads once.
		for (let cycle = 0; cycle <= draws(3, 20); cycle++) {
			await collect((await engine.ready()).generate(requestFor(promptIds, { maxTokens: 8 }), never));
			const pid = engine.pid!;
			loaded.push(heldBytes(pid));
			await clock.advance(idleUnloadMs);
			await until(() => !isRunning(pid), 30_000);
			used.push(usedBytes());
			held.push(heldBytes(process.pid));
		}
		engine.dispose();
		console.log(`MB loaded ${inMegabytes(loaded)}; host uses ${inMegabytes(used)} and holds ${inMegabytes(held)}`);
		expect(growth(used)).toBeLessThan(2e6);
		expect(growth(held)).toBeLessThan(5e6);
		const middle = median(loaded);
		for (const bytes of loaded) expect(Math.abs(bytes / middle - 1)).toBeLessThan(0.1);
		const half = Math.ceil(loaded.length / 2);
		const [early, late] = [Math.min(...loaded.slice(0, half)), Math.min(...loaded.slice(half))];
		expect(Math.abs(late / early - 1)).toBeLessThan(draws(0.08, 0.05));
	},
);

/** From where it was least to the end. */
const growth = (sizes: readonly number[]): number => sizes.at(-1)! - Math.min(...sizes);

const inMegabytes = (sizes: readonly number[]): string => sizes.map(bytes => (bytes / 1e6).toFixed(1)).join(' ');

const median = (sizes: readonly number[]): number =>
	[...sizes].sort((one, other) => one - other)[Math.floor(sizes.length / 2)]!;
