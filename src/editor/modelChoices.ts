import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Log } from '../base';
import { inspectModelFolder, type InstalledModel } from '../models';
import { type ChosenRole, type ModelChoices } from './commands/chooseModel';
import { type ModelRoles } from './modelRoles';
import { goodFor } from './modelWords';
import { type Settings } from './settings';

/** Connects "Choose Model..." with the models on disk and the settings. */
export function modelChoices(settings: Settings, roles: ModelRoles, log: Log): ModelChoices {
	return {
		log,
		builtIn: async () =>
			(await roles.installed()).map(model => ({
				value: model.id,
				name: basename(model.id),
				description: originWords(model.origin),
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

function originWords(origin: InstalledModel['origin']): string {
	const { t } = vscode.l10n;
	if (origin === 'stored') return t('downloaded');
	return origin === 'pack' ? t('model pack') : t('built in');
}

function currentModel(settings: Settings, role: ChosenRole): string {
	if (role === 'chat') return settings.chatModel;
	return role === 'completion' ? settings.completionModel : settings.tasksModel;
}
