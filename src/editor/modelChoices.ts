import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Log } from '../base';
import { inspectModelFolder, installedModels } from '../models';
import { type ModelChoices } from './commands/chooseModel';
import { goodFor } from './modelWords';
import { type Settings } from './settings';

/** Connects "Choose Model..." with the models on disk and the settings. */
export function modelChoices(settings: Settings, modelsRoot: string, log: Log): ModelChoices {
	return {
		log,
		builtIn: async () =>
			(await installedModels(modelsRoot)).map(model => ({
				value: model.id,
				name: model.id,
				description: vscode.l10n.t('built in'),
				detail: goodFor(model),
			})),
		inspect: async folder => {
			await inspectModelFolder(folder);
			return { value: folder, name: basename(folder), description: folder };
		},
		current: role => (role === 'completion' ? settings.completionModel : settings.tasksModel),
		set: (role, value) => settings.setModel(role, value),
	};
}
