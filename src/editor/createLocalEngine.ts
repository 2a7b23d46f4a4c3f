import * as vscode from 'vscode';
import { type Log } from '../base';
import { decideWhenIdle, LocalEngine, type DeviceChooser } from '../backends';
import { type Settings } from './settings';

interface Parts {
	/** Absolute path of the engine bundle. */
	readonly entry: string;
	readonly settings: Settings;
	/** What 'auto' means. */
	readonly chooser: DeviceChooser;
	readonly log: Log;
}

/** The engine of one model as the settings want it. The device is chosen by measuring unless one is set.
 * @returns `watching` ends the engine and whatever watches it */
export function createLocalEngine(
	folder: string,
	{ entry, settings, chooser, log }: Parts,
): { readonly engine: LocalEngine; readonly watching: vscode.Disposable } {
	const engine = new LocalEngine({
		entry,
		load: () => ({
			folder,
			device: settings.device === 'auto' ? chooser.deviceFor(folder) : settings.device,
			cacheBytes: settings.cacheBytes,
			...(settings.threads === undefined ? {} : { threads: settings.threads }),
		}),
		idleUnloadMs: settings.idleUnloadMs,
		log,
	});
	const parts = settings.device === 'auto' ? [decideWhenIdle(engine, { folder, chooser, log })] : [];
	return { engine, watching: vscode.Disposable.from(...parts, engine) };
}
