import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Log } from '../base';
import { inspectModelFolder, installedModels, type ModelStore } from '../models';
import { type ChosenRole, type ModelChoices } from './commands/chooseModel';
import { goodFor } from './modelWords';
import { type Settings } from './settings';

/** Connects "Choose Model..." with the models on disk and the settings. */
export function modelChoices(settings: Settings, modelsRoot: string, store: ModelStore, log: Log): ModelChoices {
	return {
		log,
		builtIn: async () =>
			(await installedModels(modelsRoot, store)).map(model => ({
				value: model.id,
				name: basename(model.id),
				description: model.id === model.folder ? vscode.l10n.t('downloaded') : vscode.l10n.t('built in'),
				detail: goodFor(model),
			})),
		inspect: async folder => {
			await inspectModelFolder(folder);
			return { value: folder, name: basename(folder), description: folder };
		},
		current: role => currentModel(settings, role),
		set: (role, value) => (role === 'chat' ? settings.useModel(role, value) : settings.setModel(role, value)),
	};
}

function currentModel(settings: Settings, role: ChosenRole): string {
	if (role === 'chat') return settings.chatModel;
	return role === 'completion' ? settings.completionModel : settings.tasksModel;
}
