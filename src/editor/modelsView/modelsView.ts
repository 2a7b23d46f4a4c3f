import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable } from '../../base';
import { type ModelRole } from '../../generation';
import { filesBelow, fittingVariant, type StoredModel } from '../../models';
import { nameOf } from '../commands/manageModels';
import { type Engines } from '../engines';
import { catalogueOf, memoryBytes, type ModelLibrary } from '../modelLibrary';
import { stateWords, treeItemOf, type InstalledItem, type ModelItem } from './modelItems';

export interface ModelsViewParts {
	readonly library: ModelLibrary;
	readonly engines: Pick<Engines, 'slots' | 'roles' | 'onStateChange'>;
}

/** The Models view: what is on this machine, with size, use and state, and what can be installed. */
export class ModelsView implements vscode.TreeDataProvider<ModelItem>, Disposable {
	private readonly changed = new vscode.EventEmitter<undefined>();
	readonly onDidChangeTreeData = this.changed.event;
	private readonly subscriptions: readonly Disposable[];
	private shown = '';

	constructor(private readonly parts: ModelsViewParts) {
		const { library, engines } = parts;
		this.subscriptions = [
			engines.onStateChange(() => this.refreshIfNew()),
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
		const { engines, library } = this.parts;
		const states = engines.slots.list.map(({ folder, state }) => `${folder} ${stateWords(state)}`);
		const pack = engines.roles.usablePack() ?? '';
		const shown = [...states, pack, library.downloads.all.length].join('\n');
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
		const { library, engines } = this.parts;
		const { slots, roles } = engines;
		const stored = new Map((await library.store.list()).map(model => [model.folder, model]));
		const models = await roles.installed();
		const known = models.map(model => ({ folder: model.folder, roles: model.roles, stored: stored.get(model.folder) }));
		// A folder of the user's own that is used where it is.
		const own = slots.list.filter(({ folder }) => !models.some(model => model.folder === folder));
		const all = [...known, ...own.map(({ folder }) => ({ folder, roles: [], stored: undefined }))];
		return Promise.all(
			all.map(async ({ folder, roles: abilities, stored: model }) => ({
				kind: 'installed' as const,
				name: model ? nameOf(model) : basename(folder),
				folder,
				bytes: await sizeOf(folder, model),
				roles: abilities,
				usedFor: await this.usedFor(folder),
				stored: model,
				state: slots.list.find(slot => slot.folder === folder)?.state,
			})),
		);
	}

	/** By the settings, and what the pack is used for by itself. */
	private async usedFor(folder: string): Promise<readonly ModelRole[]> {
		const { library, engines } = this.parts;
		const { tasksModel, chatModel } = library.settings;
		const { roles } = engines;
		const isPack = folder === roles.usablePack();
		const used: Readonly<Record<ModelRole, string | undefined>> = {
			fill: orUndefined(() => roles.completion()),
			task: tasksModel !== '' || isPack ? await roles.task('summarize').catch(() => undefined) : undefined,
			chat: chatModel !== '' || isPack ? await roles.chat().catch(() => undefined) : undefined,
		};
		return (['fill', 'task', 'chat'] as const).filter(role => used[role] === folder);
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

/** For a setting that is neither a name nor a path, which the status bar tells about. */
function orUndefined(find: () => string): string | undefined {
	try {
		return find();
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
