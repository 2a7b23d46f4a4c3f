import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { comparePackApart } from '../../backends';
import { type Log } from '../../base';
import { lookAtPack, packNeed, packsIn } from '../../models';
import { systemMemory } from '../courtesy';
import { Pack } from './pack';

/** The extension that brings the model pack: weights and no code. */
export const packExtensionId = 'inkling.inkling-models';

interface Parts {
	readonly context: Pick<vscode.ExtensionContext, 'extensionPath' | 'extensionMode'>;
	/** Absolute path of the engine bundle. */
	readonly entry: string;
	/** Absolute path of the folder where engines keep what they prove about models. */
	readonly proofsFolder: string;
	readonly log: Log;
}

/** The model pack of this machine, and what notices that it is installed or removed while VS Code runs. Finds nothing out before it
 * is asked. */
export function createPack({ context, entry, proofsFolder, log }: Parts): {
	readonly pack: Pack;
	readonly watching: vscode.Disposable;
} {
	const pack = new Pack({
		find: () => findPacks(context),
		look: folder => lookAtPack(folder, { proofsFolder }),
		compare: (folder, signal) => comparePackApart({ entry, log }, { folder, proofsFolder }, signal),
		need: packNeed,
		memory: systemMemory,
		now: () => performance.now(),
		log,
	});
	let known = extensionFolder();
	const changes = vscode.extensions.onDidChange(() => {
		const now = extensionFolder();
		if (now === known) return;
		known = now;
		pack.refresh();
	});
	return { pack, watching: vscode.Disposable.from(changes, pack) };
}

const extensionFolder = (): string | undefined => vscode.extensions.getExtension(packExtensionId)?.extensionUri.fsPath;

/** A pack in this extension's own folder, as in the package for closed networks and in a working tree, then that of the extension. */
async function findPacks({ extensionPath, extensionMode }: Parts['context']): Promise<readonly string[]> {
	const own = await packsIn(join(extensionPath, 'models'));
	const looks = await Promise.all(own.map(folder => lookAtPack(folder, { proofsFolder: undefined })));
	// A working tree may have half of it, which is nothing to complain about.
	const isUnfinished = (index: number): boolean => looks[index]?.damage?.problem === 'missing';
	const isShipped = extensionMode === vscode.ExtensionMode.Production;
	const installed = extensionFolder();
	return [
		...own.filter((_, index) => isShipped || !isUnfinished(index)),
		...(installed === undefined ? [] : await packsIn(join(installed, 'models'))),
	];
}

/** Whether this build of the extension says that the pack belongs to it: then it is missing where it is not there. */
export function packIsExpected({ extension }: Pick<vscode.ExtensionContext, 'extension'>): boolean {
	const { extensionPack } = extension.packageJSON as { readonly extensionPack?: unknown };
	return Array.isArray(extensionPack) && extensionPack.includes(packExtensionId);
}

/** Room on the disk where extensions are installed, in bytes; undefined where the system does not say. */
export async function freeDiskBytes({
	extensionPath,
}: Pick<vscode.ExtensionContext, 'extensionPath'>): Promise<number | undefined> {
	const found = await statfs(dirname(extensionPath)).catch(() => undefined);
	return found && found.bavail * found.bsize;
}
