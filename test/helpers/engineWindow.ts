import { join } from 'node:path';
import { comparePackApart, DeviceChooser } from '../../src/backends';
import { silentLog, type Log } from '../../src/base';
import { EgressRules } from '../../src/editor/egress';
import { Engines } from '../../src/editor/engines';
import { Pack } from '../../src/editor/pack/pack';
import { lookAtPack, ModelStore, packNeed, packsIn } from '../../src/models';
import { FakeUser } from './serverParts';

/** A window's settings about models, which a test may change before it asks for one. */
export interface WindowSettings {
	completionModel: string;
	tasksModel: string;
	chatModel: string;
	device: 'cpu';
	threads: number;
	cacheBytes: number;
	idleUnloadMs: number;
	readonly onChange: () => { dispose(): void };
}

export interface WindowOptions {
	/** Absolute path of the engine bundle. */
	readonly entry: string;
	/** What this user has on disk: what was measured and proven, and the sockets of shared engines. */
	readonly storage: string;
	/** Where an extension with a pack may be. */
	readonly packRoot: string;
	/** Memory that is free, in bytes, of the 8 GB that the machine has. */
	readonly freeMemory: () => number;
	/** Whether windows share engines. */
	readonly shares?: boolean;
}

/** Everything of a window that decides which model answers, on real processes. */
export class EngineWindow {
	readonly settings: WindowSettings = {
		...{ completionModel: '', tasksModel: '', chatModel: '', device: 'cpu' },
		...{ threads: 1, cacheBytes: 64 << 20, idleUnloadMs: 0 },
		onChange: () => ({ dispose: () => undefined }),
	};
	readonly pack: Pack;
	readonly engines: Engines;
	/** What was logged, levels aside. */
	readonly lines: string[] = [];

	constructor({ entry, storage, packRoot, freeMemory, shares = false }: WindowOptions) {
		const keep = (line: string): void => void this.lines.push(line);
		const log: Log = { ...silentLog, info: keep, warn: keep, error: keep };
		const chooser = new DeviceChooser({ root: join(storage, 'devices'), entry, threads: () => 1, log });
		const { proofsFolder } = chooser;
		this.pack = new Pack({
			find: () => packsIn(packRoot),
			look: folder => lookAtPack(folder, { proofsFolder }),
			compare: (folder, signal) => comparePackApart({ entry, log }, { folder, proofsFolder }, signal),
			need: packNeed,
			memory: () => ({ available: freeMemory(), total: 8e9 }),
			now: () => performance.now(),
			log,
		});
		this.engines = new Engines({
			entry,
			modelsRoot: join(import.meta.dirname, '..', '..', 'models'),
			store: new ModelStore({ root: join(storage, 'models'), log, delay: () => Promise.resolve(), now: Date.now }),
			pack: this.pack,
			settings: this.settings,
			server: new FakeUser().server,
			egress: new EgressRules({ neverSend: [] }, String),
			chooser,
			...(shares && { sharedFolder: () => join(storage, 'engines') }),
			log,
		});
	}

	dispose(): void {
		this.engines.dispose();
		this.pack.dispose();
	}
}
