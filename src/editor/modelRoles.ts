import { isAbsolute } from 'node:path';
import {
	builtInCompletionModel,
	hasChatTemplate,
	installedModels,
	modelForCompletions,
	modelForTask,
	packObstacle,
	resolveModelFolder,
	type ChoiceFacts,
	type InstalledModel,
	type ModelStore,
	type PackObstacle,
} from '../models';
import type { Pack } from './pack/pack';
import type { Settings } from './settings';

interface Parts {
	/** Absolute path of the folder with the built-in models. */
	readonly modelsRoot: string;
	/** The downloaded models. */
	readonly store: ModelStore;
	readonly settings: Pick<Settings, 'completionModel' | 'tasksModel' | 'chatModel'>;
	readonly pack: Pick<Pack, 'state' | 'facts' | 'looked'>;
	/** Whether the model of a folder is loaded or about to be. */
	readonly isLoaded: (folder: string) => boolean;
	/** Whether it was measured on this machine to be too slow for completions. */
	readonly isTooSlow: (folder: string) => boolean;
}

/** Whether a pack that is still being compared with its checksums counts: to say what there is, but not to load it. */
type Certainty = 'sure' | 'likely';

/** Which model of this machine does what, as the settings, the pack and what is installed say. Starts nothing. What the user chose or
 * installed comes first, then the pack, then what is built in. */
export class ModelRoles {
	constructor(private readonly parts: Parts) {}

	/** Resolves when it is known whether there is a pack, which its model's name means nothing without. */
	async looked(): Promise<void> {
		await this.parts.pack.looked();
	}

	/** The folder that a setting means. @throws GenerationError */
	resolve(setting: string): string {
		return resolveModelFolder(setting, this.parts.modelsRoot, this.packFolder);
	}

	/** The model that completes. @throws GenerationError */
	completion(): string {
		const { settings } = this.parts;
		if (settings.completionModel !== '') return this.resolve(settings.completionModel);
		const { packFolder: pack } = this;
		if (pack !== undefined && modelForCompletions(this.facts) === 'pack' && !this.parts.isTooSlow(pack)) return pack;
		return this.builtInCompletion();
	}

	/** The model that completes without the pack. @throws GenerationError */
	builtInCompletion(): string {
		return this.resolve(builtInCompletionModel);
	}

	/** The model for a task: the one chosen for tasks, else one trained for it or one that chats; undefined where there is none.
	 * @throws GenerationError */
	async task(task: string, certainty: Certainty = 'sure'): Promise<string | undefined> {
		const { settings } = this.parts;
		if (settings.tasksModel !== '') return this.resolve(settings.tasksModel);
		const trained = await this.allTrainedFor(task);
		const first =
			modelForTask(task, this.facts) === 'pack' ? trained.find(({ origin }) => origin === 'stored') : trained[0];
		return first ? first.folder : this.chat(certainty);
	}

	/** The model that chats: the one chosen for it, else an installed one with that role, else a completion model of the user's own that
	 * has a chat template, else the pack's; undefined where there is none. @throws GenerationError */
	async chat(certainty: Certainty = 'sure'): Promise<string | undefined> {
		const { settings } = this.parts;
		if (settings.chatModel !== '') return this.resolve(settings.chatModel);
		const installed = (await this.installed()).find(({ roles, origin }) => origin !== 'pack' && roles.includes('chat'));
		if (installed) return installed.folder;
		const own = settings.completionModel;
		if (isAbsolute(own) && (await hasChatTemplate(own))) return own;
		return this.usablePack(certainty);
	}

	/** A model that was trained for a task, a built-in one first. The pack's does everything in some way. */
	async trainedFor(task: string): Promise<InstalledModel | undefined> {
		return (await this.allTrainedFor(task))[0];
	}

	/** What is on this machine, the pack included where it is whole. */
	async installed(): Promise<readonly InstalledModel[]> {
		const { modelsRoot, store, pack } = this.parts;
		const state = await pack.looked();
		return installedModels(modelsRoot, { store, pack: state.kind === 'sound' ? state.folder : undefined });
	}

	/** Why the pack cannot be used now. */
	get packObstacle(): PackObstacle | undefined {
		return packObstacle(this.facts);
	}

	/** Where the pack is, usable or not. */
	get packFolder(): string | undefined {
		const { state } = this.parts.pack;
		return 'folder' in state ? state.folder : undefined;
	}

	/** The folder of the pack if it can be used. */
	usablePack(certainty: Certainty = 'sure'): string | undefined {
		const obstacle = this.packObstacle;
		return !obstacle || (certainty === 'likely' && obstacle.kind === 'checking') ? this.packFolder : undefined;
	}

	private async allTrainedFor(task: string): Promise<readonly InstalledModel[]> {
		const installed = await this.installed();
		return installed.filter(({ origin, tasks }) => origin !== 'pack' && tasks.some(ability => ability.task === task));
	}

	private get facts(): ChoiceFacts {
		return this.parts.pack.facts(this.parts.isLoaded);
	}
}
