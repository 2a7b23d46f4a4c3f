import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { DeviceChooser, LocalEngine } from '../backends';
import { type Disposable, type Log } from '../base';
import { type TextGenerator } from '../generation';
import {
	builtInCompletionModel,
	modelForCompletions,
	modelForTask,
	resolveModelFolder,
	type ChoiceFacts,
} from '../models';
import { type RunOptions } from './arguments';
import { cacheFolder } from './cacheFolder';
import { type ManifestDefaults } from './manifestDefaults';

interface Parts {
	readonly root: string;
	readonly cwd: string;
	readonly options: RunOptions;
	readonly defaults: ManifestDefaults;
	/** Finds out what the automatic choice of a model depends on; without it there is no pack. */
	readonly findPack?: (proofsFolder: string) => Promise<ChoiceFacts>;
	readonly log: Log;
}

/** The engine processes of one run: the same forked process as in the editor, kept loaded from job to job. */
export class CliEngines implements Disposable {
	private readonly engines = new Map<string, LocalEngine>();
	private facts: ChoiceFacts | undefined;

	/** What --device auto means; remembered in the user's cache. */
	readonly chooser: DeviceChooser;

	constructor(private readonly parts: Parts) {
		const { options, log } = parts;
		const root = join(cacheFolder(), 'devices');
		this.chooser = new DeviceChooser({ root, entry: this.entry, threads: () => options.threads, log });
	}

	/** The engine bundle. */
	private get entry(): string {
		return join(this.parts.root, 'dist', 'engine.js');
	}

	get modelsRoot(): string {
		return join(this.parts.root, 'models');
	}

	get defaults(): ManifestDefaults {
		return this.parts.defaults;
	}

	/** The folder of --model; undefined when the caller chose none. @throws GenerationError */
	chosenFolder(): string | undefined {
		const { options } = this.parts;
		return options.model === undefined ? undefined : this.folderOf(options.model);
	}

	/** The folder for completions: --model, else what the editor takes by itself. @throws GenerationError */
	completionFolder(): string {
		const { defaults } = this.parts;
		const { facts } = this;
		const fromPack = facts && modelForCompletions(facts) === 'pack' ? this.packFolder : undefined;
		const automatic = fromPack ?? join(this.modelsRoot, builtInCompletionModel);
		return (
			this.chosenFolder() ?? (defaults.completionModel === '' ? automatic : this.folderOf(defaults.completionModel))
		);
	}

	/** The pack's folder, where that does a task by itself. */
	packFor(task: string): string | undefined {
		const { facts } = this;
		return facts && modelForTask(task, facts) === 'pack' ? this.packFolder : undefined;
	}

	/** Finds the pack, which a caller who chose a model has no need of. What is chosen before that knows of none. */
	async lookForPack(): Promise<void> {
		if (this.parts.options.model === undefined) this.facts ??= await this.parts.findPack?.(this.chooser.proofsFolder);
	}

	/** The model for completions, started and loaded. @throws GenerationError */
	async loadCompletion(): Promise<TextGenerator> {
		await this.lookForPack();
		return this.load(this.completionFolder());
	}

	/** A model, started and loaded. @throws GenerationError */
	load(folder: string): Promise<TextGenerator> {
		const existing = this.engines.get(folder);
		if (existing) return existing.ready();
		const { options, defaults, log } = this.parts;
		const { device = 'auto' } = options;
		const engine = new LocalEngine({
			entry: this.entry,
			load: () => ({
				folder,
				device: device === 'auto' ? this.chooser.deviceFor(folder) : device,
				cacheBytes: (options.cacheMegabytes ?? defaults.cacheMegabytes) * 1024 * 1024,
				proofsFolder: this.chooser.proofsFolder,
				...(options.threads === undefined ? {} : { threads: options.threads }),
			}),
			// The run itself decides when an engine ends.
			idleUnloadMs: 0,
			log,
		});
		this.engines.set(folder, engine);
		return engine.ready();
	}

	dispose(): void {
		for (const engine of this.engines.values()) engine.dispose();
		this.engines.clear();
	}

	/** Where every byte of it is right. */
	private get packFolder(): string | undefined {
		const pack = this.facts?.pack;
		return pack?.kind === 'sound' ? pack.folder : undefined;
	}

	/** A path from a shell may be relative, which a setting may not; a plain name is a built-in model unless it is a folder here. */
	private folderOf(model: string): string {
		const path = resolve(this.parts.cwd, model);
		const isPath = isAbsolute(model) || /[/\\]/.test(model) || (model !== '' && existsSync(path));
		return resolveModelFolder(isPath ? path : model, this.modelsRoot);
	}
}
