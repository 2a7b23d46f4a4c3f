import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable } from '../../base';
import { type ModelRole } from '../../generation';
import { filesBelow, fittingVariant, installedModels, resolveModelFolder, type StoredModel } from '../../models';
import { nameOf } from '../commands/manageModels';
import { type Engines } from '../engines';
import { catalogueOf, memoryBytes, type ModelLibrary } from '../modelLibrary';
import { stateWords, treeItemOf, type InstalledItem, type ModelItem } from './modelItems';

export interface ModelsViewParts {
	readonly library: ModelLibrary;
	readonly slots: Engines['slots'];
	/** Absolute path of the folder with the built-in models. */
	readonly modelsRoot: string;
}

/** The Models view: what is on this machine, with size, use and state, and what can be installed. */
export class ModelsView implements vscode.TreeDataProvider<ModelItem>, Disposable {
	private readonly changed = new vscode.EventEmitter<undefined>();
	readonly onDidChangeTreeData = this.changed.event;
	private readonly subscriptions: readonly Disposable[];
	private shown = '';

	constructor(private readonly parts: ModelsViewParts) {
		const { library, slots } = parts;
		this.subscriptions = [
			slots.onStateChange(() => this.refreshIfNew()),
			library.downloads.onChange(() => this.refreshIfNew()),
			library.settings.onChange(() => this.refresh()),
		];
	}

	/** Reads everything anew. */
	refresh(): void {
		this.changed.fire(undefined);
	}

	/** States change with every answer and downloads with every second; what is shown of them seldom does. */
	private refreshIfNew(): void {
		const { slots, library } = this.parts;
		const states = slots.list.map(({ folder, state }) => `${folder} ${stateWords(state)}`);
		const shown = [...states, library.downloads.all.length].join('\n');
		if (shown === this.shown) return;
		this.shown = shown;
		this.refresh();
	}

	getTreeItem(item: ModelItem): vscode.TreeItem {
		return treeItemOf(item);
	}

	async getChildren(item?: ModelItem): Promise<ModelItem[]> {
		if (!item)
			return [
				{ kind: 'group', group: 'installed' },
				{ kind: 'group', group: 'catalogue' },
			];
		if (item.kind !== 'group') return [];
		return item.group === 'installed' ? this.installed() : this.offered();
	}

	dispose(): void {
		for (const subscription of this.subscriptions) subscription.dispose();
		this.changed.dispose();
	}

	private async installed(): Promise<InstalledItem[]> {
		const { library, modelsRoot, slots } = this.parts;
		const stored = new Map((await library.store.list()).map(model => [model.folder, model]));
		const models = await installedModels(modelsRoot, library.store);
		const known = models.map(({ folder, roles }) => ({ folder, roles, stored: stored.get(folder) }));
		// A folder of the user's own that is used where it is.
		const own = slots.list.filter(({ folder }) => !models.some(model => model.folder === folder));
		const all = [...known, ...own.map(({ folder }) => ({ folder, roles: [], stored: undefined }))];
		return Promise.all(
			all.map(async ({ folder, roles, stored: model }) => ({
				kind: 'installed' as const,
				name: model ? nameOf(model) : basename(folder),
				folder,
				bytes: await sizeOf(folder, model),
				roles,
				usedFor: this.usedFor(folder),
				stored: model,
				state: slots.list.find(slot => slot.folder === folder)?.state,
			})),
		);
	}

	private usedFor(folder: string): readonly ModelRole[] {
		const { completionModel, tasksModel, chatModel } = this.parts.library.settings;
		const set = { fill: completionModel, task: tasksModel, chat: chatModel };
		return (['fill', 'task', 'chat'] as const).filter(
			role => set[role] !== '' && resolves(set[role], this.parts.modelsRoot) === folder,
		);
	}

	private async offered(): Promise<ModelItem[]> {
		const { library } = this.parts;
		const installed = new Set((await library.store.list()).map(({ manifest }) => manifest.repository));
		const { models } = await catalogueOf(library);
		return models
			.filter(({ repository }) => !installed.has(repository))
			.map(entry => ({ kind: 'offered', entry, fits: fittingVariant(entry, memoryBytes()) !== undefined }));
	}
}

/** Undefined for a setting that is neither a name nor a path, which the status bar tells about. */
function resolves(setting: string, modelsRoot: string): string | undefined {
	try {
		return resolveModelFolder(setting, modelsRoot);
	} catch {
		return undefined;
	}
}

/** On disk, in bytes. */
async function sizeOf(folder: string, stored: StoredModel | undefined): Promise<number> {
	if (stored) return stored.bytes;
	const files = await filesBelow(folder).catch(() => []);
	const sizes = await Promise.all(
		files.map(async file => (await stat(join(folder, file)).catch(() => undefined))?.size ?? 0),
	);
	return sizes.reduce((sum, size) => sum + size, 0);
}
