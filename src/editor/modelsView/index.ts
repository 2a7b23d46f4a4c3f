import * as vscode from 'vscode';
import { type Disposable } from '../../base';
import { deleteModel, verifyModel } from '../commands/manageModels';
import { showError } from '../userErrors';
import { type InstalledItem } from './modelItems';
import { ModelsView, type ModelsViewParts } from './modelsView';

/** The Models view with the commands of its lines. */
export function registerModelsView(parts: ModelsViewParts): Disposable {
	const { library, engines } = parts;
	const { slots } = engines;
	const view = new ModelsView(parts);
	const on = (work: (item: InstalledItem) => Promise<unknown>) => async (item?: unknown) => {
		// From a keyboard shortcut of the user's own nothing is passed.
		if (!isInstalled(item)) return;
		try {
			await work(item);
		} catch (error) {
			await showError(error, library.log);
		}
		view.refresh();
	};
	const all = [
		view,
		vscode.window.createTreeView('inkling.models', { treeDataProvider: view }),
		vscode.commands.registerCommand(
			'inkling.model.load',
			on(({ folder }) => slots.open(folder)),
		),
		vscode.commands.registerCommand(
			'inkling.model.unload',
			on(({ folder }) => {
				slots.unload(folder);
				return Promise.resolve();
			}),
		),
		vscode.commands.registerCommand(
			'inkling.model.verify',
			on(async ({ stored }) => stored && verifyModel(stored, library)),
		),
		vscode.commands.registerCommand(
			'inkling.model.delete',
			on(async ({ stored }) => stored && deleteModel(stored, library)),
		),
		vscode.commands.registerCommand('inkling.model.installOffered', async (item?: unknown) => {
			const repository = isRecord(item) && isRecord(item.entry) ? item.entry.repository : undefined;
			await vscode.commands.executeCommand('inkling.model.install', repository);
			view.refresh();
		}),
	];
	return vscode.Disposable.from(...all);
}

type PlainRecord = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is PlainRecord => typeof value === 'object' && value !== null;
const isInstalled = (item: unknown): item is InstalledItem => isRecord(item) && item.kind === 'installed';
