import { DisposableStore, type Disposable, type Log } from '../base';
import { canShareEngines, decideWhenIdle, LocalEngine, startSharedEngine, type DeviceChooser } from '../backends';
import type { Settings } from './settings';

interface Parts {
	/** Absolute path of the engine bundle. */
	readonly entry: string;
	readonly settings: Pick<Settings, 'device' | 'threads' | 'cacheBytes' | 'idleUnloadMs'>;
	/** What 'auto' means. */
	readonly chooser: DeviceChooser;
	/** Whether work that nobody asked for may be done now. */
	readonly mayMeasure: () => boolean;
	/** Absolute path of a folder by which windows find the engines that they share; undefined where each has its own. */
	readonly sharedFolder?: () => string | undefined;
	readonly log: Log;
}

/** The engine of one model as the settings want it. The device is chosen by measuring unless one is set.
 * @returns `watching` ends the engine and whatever watches it */
export function createLocalEngine(
	folder: string,
	{ entry, settings, chooser, mayMeasure, sharedFolder, log }: Parts,
): { readonly engine: LocalEngine; readonly watching: Disposable } {
	const shared = canShareEngines(process.platform) ? sharedFolder?.() : undefined;
	const engine = new LocalEngine({
		entry,
		load: () => ({
			folder,
			device: settings.device === 'auto' ? chooser.deviceFor(folder) : settings.device,
			cacheBytes: settings.cacheBytes,
			proofsFolder: chooser.proofsFolder,
			...(settings.threads === undefined ? {} : { threads: settings.threads }),
		}),
		idleUnloadMs: settings.idleUnloadMs,
		...(shared !== undefined && { startProcess: (file, log) => startSharedEngine(shared, file, log) }),
		log,
	});
	const watching = new DisposableStore();
	watching.add(engine);
	if (settings.device === 'auto') watching.add(decideWhenIdle(engine, { folder, chooser, mayMeasure, log }));
	return { engine, watching };
}
