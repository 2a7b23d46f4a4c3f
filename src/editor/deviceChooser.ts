import { join } from 'node:path';
import type * as vscode from 'vscode';
import { type Log } from '../base';
import { DeviceChooser } from '../backends';
import { type Settings } from './settings';

/** The device chooser of this user. What it measured is kept in the extension's own storage.
 * @param entry absolute path of the engine bundle */
export function createDeviceChooser(
	{ globalStorageUri }: Pick<vscode.ExtensionContext, 'globalStorageUri'>,
	entry: string,
	settings: Settings,
	log: Log,
): DeviceChooser {
	return new DeviceChooser({
		root: join(globalStorageUri.fsPath, 'devices'),
		entry,
		threads: () => settings.threads,
		log,
	});
}
