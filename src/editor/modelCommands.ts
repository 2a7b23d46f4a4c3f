import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Log } from '../base';
import { type NetworkGate } from '../generation';
import { ModelStore, newSigningKey } from '../models';
import { registerChooseMirror } from './commands/chooseMirror';
import { registerChooseModel } from './commands/chooseModel';
import { registerImportModel } from './commands/importModel';
import { registerInstallModel, resumeDownload } from './commands/installModel';
import { registerManageDownloads } from './commands/manageDownloads';
import { registerManageModels } from './commands/manageModels';
import { registerSetModelToken } from './commands/setModelToken';
import { Downloads } from './downloads';
import { registerDownloadStatus } from './downloadStatus';
import { type Engines } from './engines';
import { modelChoices } from './modelChoices';
import { ModelHost } from './modelHost';
import { type ModelLibrary } from './modelLibrary';
import { registerModelsView } from './modelsView';
import { realClock } from './realClock';
import { type Settings } from './settings';

/** The downloaded models of this user, in the extension's own storage. */
export function createModelStore({ globalStorageUri }: vscode.ExtensionContext, log: Log): ModelStore {
	return new ModelStore({
		root: join(globalStorageUri.fsPath, 'models'),
		log,
		delay: (ms, signal) => realClock.delay(ms, signal),
		now: () => realClock.now(),
	});
}

interface Parts {
	readonly context: vscode.ExtensionContext;
	readonly engines: Pick<Engines, 'slots' | 'roles' | 'onStateChange'>;
	readonly settings: Settings;
	readonly store: ModelStore;
	readonly network: NetworkGate;
	readonly log: Log;
}

/** The commands about models and what shows their downloads. */
export function registerModels({ context, settings, store, engines, network, log }: Parts): vscode.Disposable {
	const modelsRoot = join(context.extensionPath, 'models');
	const downloads = new Downloads(store);
	const library: ModelLibrary = {
		store,
		host: new ModelHost(settings, context.secrets, network),
		downloads,
		settings,
		catalogueFile: join(modelsRoot, 'catalogue.json'),
		signingKey: () => signingKey(context.secrets),
		log,
	};
	return vscode.Disposable.from(
		downloads,
		registerDownloadStatus(downloads),
		registerChooseModel(modelChoices(settings, engines.roles, log)),
		registerChooseMirror(library),
		registerInstallModel(library),
		registerImportModel(library),
		registerManageModels(library),
		registerSetModelToken(library),
		registerModelsView({ library, engines }),
		registerManageDownloads(downloads, resumeDownload(library)),
	);
}

const keyName = 'inkling.models:signingKey';

/** One key for this installation. */
async function signingKey(secrets: vscode.SecretStorage): Promise<string> {
	const kept = await secrets.get(keyName);
	if (kept !== undefined) return kept;
	const made = newSigningKey();
	await secrets.store(keyName, made);
	return made;
}
