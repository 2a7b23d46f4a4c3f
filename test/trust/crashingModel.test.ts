import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { LocalEngine, startEngineProcess, type EngineState } from '../../src/backends';
import { buildAbortingEngine } from '../helpers/buildEngine';
import { draws } from '../helpers/draws';
import { modelFolder } from '../helpers/references';

const engines: LocalEngine[] = [];
afterEach(() => engines.splice(0).forEach(engine => engine.dispose()));

test('R2: a model that aborts on load is started at most five times, and said to be switched off once', async () => {
	const entry = await buildAbortingEngine();
	let starts = 0;
	const failures: EngineState[] = [];
	const engine = new LocalEngine({
		entry,
		load: () => ({ folder: modelFolder('tiny-gqa'), device: 'cpu', cacheBytes: 1 << 20 }),
		idleUnloadMs: 0,
		log: silentLog,
		startProcess: (file, log) => {
			starts++;
			return startEngineProcess(file, log);
		},
	});
	engines.push(engine);
	engine.onStateChange(state => state.kind === 'failed' && failures.push(state));
	// Somebody goes on typing: requests for as long as crashes count, and a little longer.
	const endsAt = performance.now() + draws(15, 185) * 1000;
	let refusals = 0;
	while (performance.now() < endsAt) {
		await expect(engine.ready()).rejects.toMatchObject({ code: 'engineCrashing' });
		refusals++;
		await new Promise(resolve => setTimeout(resolve, 200));
	}
	console.log(`${starts} starts, ${refusals} requests refused`);
	expect(starts).toBeLessThanOrEqual(5);
	expect(failures).toHaveLength(1);
	expect(refusals).toBeGreaterThan(10);
});
