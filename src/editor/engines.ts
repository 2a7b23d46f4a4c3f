import { basename, isAbsolute } from 'node:path';
import type * as vscode from 'vscode';
import { Emitter, type Disposable, type Log } from '../base';
import {
	LineSpeeds,
	systemClock,
	warmLineLimitMs,
	type DeviceChooser,
	type EngineState,
	type LocalEngine,
} from '../backends';
import { GenerationError, type ModelInfo, type TextGenerator } from '../generation';
import { contextLength, hasChatTemplate, type ModelStore } from '../models';
import { type MemoryDocument, type MemoryTotals } from '../protocol';
import { Courtesy, isOnBattery, systemMemory } from './courtesy';
import { createLocalEngine } from './createLocalEngine';
import { guarded, type EgressRules } from './egress';
import { Handover, type Pair } from './handover';
import { ModelRoles } from './modelRoles';
import { ModelSlots } from './modelSlots';
import type { Pack } from './pack/pack';
import type { Server } from './server';
import type { Settings } from './settings';

/** What this reads of the settings, at the moment of use. */
type EngineSettings = Pick<
	Settings,
	'completionModel' | 'tasksModel' | 'chatModel' | 'device' | 'threads' | 'cacheBytes' | 'idleUnloadMs'
> & {
	onChange(listener: (event: Pick<vscode.ConfigurationChangeEvent, 'affectsConfiguration'>) => void): Disposable;
};

interface Parts {
	/** Absolute path of the engine bundle. */
	readonly entry: string;
	/** Absolute path of the folder with the built-in models. */
	readonly modelsRoot: string;
	/** The downloaded models. */
	readonly store: ModelStore;
	readonly pack: Pack;
	readonly settings: EngineSettings;
	/** Where roles go that the user sends to a server. */
	readonly server: Pick<Server, 'generator' | 'target'>;
	/** What must not go there. */
	readonly egress: EgressRules;
	/** What the device 'auto' means. */
	readonly chooser: DeviceChooser;
	/** See `createLocalEngine`. */
	readonly sharedFolder?: () => string | undefined;
	readonly log: Log;
}

/** Whose model answers in a chat: its own, or that of the commands on text, which an assistant can ask for. */
export type ChatRole = 'chat' | 'tasks';

/** The models in use: one engine process for completions and, when tasks need another model, one for tasks. */
export class Engines implements Disposable {
	private readonly stateChanged = new Emitter<EngineState>();
	readonly onStateChange = this.stateChanged.event;
	private readonly loaded = new Emitter<void>();
	/** A new process with the completion model is ready. */
	readonly onLoaded = this.loaded.event;
	/** A process loads one model and ends when it is idle. */
	readonly slots: ModelSlots;
	/** Which of them does what. */
	readonly roles: ModelRoles;
	/** Lets the pack's model complete once it is loaded, if it is fast enough here. */
	private readonly handover: Handover;
	/** Holds them back on battery and where memory is short. */
	readonly courtesy: Courtesy;
	/** Why the chosen model's folder could not even be found. */
	private unresolved: EngineState | undefined;
	/** The server's model, while completions go to one. */
	private remote: ModelInfo | undefined;
	/** The folder of the completion model that `onLoaded` last told about. */
	private toldAbout: string | undefined;
	private readonly subscriptions: readonly Disposable[];

	constructor(private readonly parts: Parts) {
		const create = (folder: string): ReturnType<typeof createLocalEngine> =>
			createLocalEngine(folder, { ...parts, mayMeasure: () => this.courtesy.mayMeasure });
		this.slots = new ModelSlots({ create, log: parts.log, now: () => performance.now() });
		this.handover = this.createHandover();
		this.roles = new ModelRoles({
			...parts,
			isLoaded: folder => this.slots.isLoaded(folder),
			isTooSlow: folder => this.lineMs(folder) > warmLineLimitMs,
		});
		this.courtesy = new Courtesy({ slots: this.slots, isOnBattery, memory: systemMemory, clock: systemClock });
		this.slots.onStateChange(() => this.stateChanged.fire(this.state));
		this.slots.onLoaded(folder => {
			if (this.running !== undefined && this.slots.find(folder) === this.running) this.tellLoaded(folder);
		});
		this.subscriptions = [
			this.handover.onSwitch(() => this.tellIfNew()),
			parts.pack.onChange(() => this.stateChanged.fire(this.state)),
			parts.settings.onChange(event => {
				if (['inkling.model', 'inkling.chat.model'].some(section => event.affectsConfiguration(section))) this.reset();
				if (event.affectsConfiguration('inkling.server')) this.warmUp();
			}),
		];
	}

	/** The state worth showing: a failure first, then work, then rest. */
	get state(): EngineState {
		if (this.unresolved) return this.unresolved;
		if (this.remote) return { kind: 'ready', model: this.remote };
		// Of several that are ready the one that completes comes first.
		const completing = this.running?.state;
		const states = [...(completing ? [completing] : []), ...this.slots.list.map(({ state }) => state)];
		for (const kind of ['failed', 'generating', 'loading', 'starting', 'ready'] as const) {
			const found = states.find(state => state.kind === kind);
			if (found) return found;
		}
		return { kind: 'stopped' };
	}

	/** The completion model, started and loaded: on the server that completions go to, else on this machine. @throws GenerationError */
	async completion(): Promise<TextGenerator> {
		const remote = await this.parts.server.generator('completion');
		this.showRemote(remote?.model);
		return remote ? guarded(remote, this.parts.egress, () => this.localCompletion()) : this.localCompletion();
	}

	/** The completion model of this machine. @throws GenerationError */
	async localCompletion(): Promise<TextGenerator> {
		const { settings, pack } = this.parts;
		pack.begin();
		// The name of the pack's model means nothing before the pack is found; what is chosen without it needs no waiting.
		if (settings.completionModel !== '') await pack.looked();
		const folder = this.folder(() => this.roles.completion());
		const pair = this.pairFor(folder);
		const generator = await (pair ? this.handover.open(pair) : this.slots.open(folder));
		this.tellIfNew();
		return generator;
	}

	/** What a line of the pack's model takes, where that is too long for completions. */
	get slowLineMs(): number | undefined {
		const pack = this.roles.usablePack();
		const ms = pack === undefined ? 0 : this.lineMs(pack);
		return ms > warmLineLimitMs ? ms : undefined;
	}

	/** The model for a task such as 'translate', started and loaded: the server that tasks go to, unless the document must not be
	 * sent, else the model the user chose, else a completion model of the user's own that follows instructions, else what `ModelRoles`
	 * says, else the completion model, which may not be able to. @throws GenerationError */
	async task(task: string, document?: vscode.Uri): Promise<TextGenerator> {
		const { settings, server, egress, pack } = this.parts;
		const mayLeave = document === undefined || !egress.forbids(document);
		const remote = mayLeave ? await server.generator('tasks') : undefined;
		if (remote) return remote;
		await pack.looked();
		if (settings.tasksModel !== '') return this.slots.open(this.folder(() => this.roles.resolve(settings.tasksModel)));
		if (isAbsolute(settings.completionModel)) {
			// One that cannot be loaded says so where it completes; the task can do without it.
			const own = await this.localCompletion().catch(() => undefined);
			if (own?.model.roles.includes('chat')) return own;
		}
		await pack.settled();
		return (await this.openAutomatic(() => this.roles.task(task))) ?? this.localCompletion();
	}

	/** Whether a model that follows instructions is there: a server for tasks, a model chosen for them, or one that chats. Starts nothing. */
	async mayInstruct(): Promise<boolean> {
		const { settings, server } = this.parts;
		if (server.target('tasks') || settings.tasksModel !== '') return true;
		return (await this.roles.chat('likely').catch(() => undefined)) !== undefined;
	}

	/** The model that answers in a chat, started and loaded; see `chatModel` for which. @throws GenerationError unsupportedTask when there
	 * is none */
	async chat(role: ChatRole = 'chat'): Promise<TextGenerator> {
		const generator = role === 'tasks' ? await this.task('chat') : await this.ownChat();
		if (generator?.model.roles.includes('chat')) return generator;
		const which = generator ? `${generator.model.name} cannot chat.` : 'No model that can chat is installed.';
		throw new GenerationError('unsupportedTask', `${which} Choose another model or connect a server.`);
	}

	private async ownChat(): Promise<TextGenerator | undefined> {
		const { settings, server, pack } = this.parts;
		await pack.looked();
		if (settings.chatModel !== '') return this.slots.open(this.roles.resolve(settings.chatModel));
		const remote = await server.generator('chat');
		if (remote) return remote;
		await pack.settled();
		return this.openAutomatic(() => this.roles.chat());
	}

	/** What would chat: the model chosen for it, else the server that the chat goes to, else an installed model with that role, else a
	 * completion model of the user's own that has a chat template; for 'tasks' the model that `task` would ask. Starts nothing; undefined
	 * where there is none. */
	async chatModel(
		role: ChatRole = 'chat',
	): Promise<(Pick<ModelInfo, 'name' | 'contextTokens'> & { readonly device: string | undefined }) | undefined> {
		const { settings, server } = this.parts;
		const remote = role === 'tasks' || settings.chatModel === '' ? await server.generator(role) : undefined;
		if (remote) return remote.model;
		const folder = await (role === 'tasks' ? this.taskFolder() : this.roles.chat('likely'));
		if (folder === undefined) return undefined;
		const state = this.slots.find(folder)?.state;
		const model = state?.kind === 'ready' || state?.kind === 'generating' ? state.model : undefined;
		const contextTokens = model?.contextTokens ?? (await contextLength(folder));
		return { name: basename(folder), device: model?.device, contextTokens };
	}

	private async taskFolder(): Promise<string | undefined> {
		const { tasksModel, completionModel: own } = this.parts.settings;
		if (tasksModel !== '') return this.roles.resolve(tasksModel);
		return isAbsolute(own) && (await hasChatTemplate(own)) ? own : this.roles.chat('likely');
	}

	/** The built-in model that was trained to describe code, unless the user chose another one for tasks. Undefined, with nothing
	 * started, where there is none; never a server, because typing is no request for one. @throws GenerationError */
	async documenter(): Promise<TextGenerator | undefined> {
		const { settings } = this.parts;
		const trained = await this.roles.trainedFor('document');
		if (settings.tasksModel !== '') {
			const folder = this.folder(() => this.roles.resolve(settings.tasksModel));
			return trained?.folder === folder ? this.slots.open(folder) : undefined;
		}
		return trained && this.slots.open(trained.folder);
	}

	/** The languages a translation can go to without asking for another model: those the built-in models announce, or 'any' where a
	 * server, the pack or a model of the user's own will have to say itself. Starts nothing. */
	async translationTargets(): Promise<readonly string[] | 'any'> {
		const { settings, server } = this.parts;
		const installed = await this.roles.installed();
		const chosen = installed.filter(({ id }) => settings.tasksModel === '' || settings.tasksModel === id);
		if (server.target('tasks') || chosen.length === 0 || isAbsolute(settings.completionModel)) return 'any';
		const translator = await this.roles.task('translate', 'likely').catch(() => undefined);
		if (translator !== undefined && translator === this.roles.packFolder) return 'any';
		return chosen.flatMap(({ tasks }) =>
			tasks.flatMap(({ task, to }) => (task === 'translate' && to !== undefined ? [to] : [])),
		);
	}

	/** Whether something is there that may describe code: a server, a model chosen for tasks, one trained for it or the pack's. Starts
	 * nothing. */
	async mayDocument(): Promise<boolean> {
		const { settings, server } = this.parts;
		if (server.target('tasks') || settings.tasksModel !== '') return true;
		return (await this.roles.trainedFor('document')) !== undefined || this.roles.usablePack('likely') !== undefined;
	}

	/** Names of the models of this machine that other programs may ask for. Starts nothing. */
	async list(): Promise<readonly string[]> {
		return [...(await this.local()).keys()];
	}

	/** A model of that list, started and loaded. @throws GenerationError */
	async open(name: string): Promise<TextGenerator> {
		const folder = (await this.local()).get(name);
		if (folder === undefined) throw new GenerationError('modelMissing', `The model '${name}' does not exist.`);
		return this.slots.open(folder);
	}

	/** Folders by name: what is installed, and folders of the user's own that are chosen for something. */
	private async local(): Promise<ReadonlyMap<string, string>> {
		const { settings } = this.parts;
		const own = [settings.completionModel, settings.tasksModel].filter(model => isAbsolute(model));
		const installed = await this.roles.installed();
		return new Map([...own, ...installed.map(({ folder }) => folder)].map(folder => [basename(folder), folder]));
	}

	/** Starts the completion model before it is needed. A failure shows in the status bar and is told again when it matters. */
	warmUp(): void {
		this.completion().catch((error: unknown) => this.parts.log.warn(`Warm-up failed: ${String(error)}`));
	}

	/** Remembers a document for completions, see `LocalEngine.remember`. */
	async remember(document: MemoryDocument): Promise<MemoryTotals | undefined> {
		return this.running?.remember(document);
	}

	/** Forgets a document, or all. */
	async forget(id?: string): Promise<MemoryTotals | undefined> {
		return this.running?.forget(id);
	}

	async restart(): Promise<void> {
		this.parts.pack.refresh();
		if (this.slots.list.length === 0) await this.localCompletion();
		else await this.slots.restart();
	}

	dispose(): void {
		for (const subscription of this.subscriptions) subscription.dispose();
		this.courtesy.dispose();
		this.handover.dispose();
		this.slots.dispose();
		this.stateChanged.dispose();
		this.loaded.dispose();
	}

	private showRemote(model: ModelInfo | undefined): void {
		if (this.remote === model) return;
		this.remote = model;
		this.stateChanged.fire(this.state);
	}

	/** Opens what was chosen without the user; where that is the pack and it cannot be loaded, what is chosen without it. */
	private async openAutomatic(choose: () => Promise<string | undefined>): Promise<TextGenerator | undefined> {
		const folder = await choose();
		if (folder === undefined) return undefined;
		try {
			return await this.slots.open(folder);
		} catch (error) {
			if (folder !== this.roles.packFolder) throw error;
			if (this.parts.pack.gaveUp(error)) this.slots.drop(folder);
			// Somebody else may have noticed first, and ended the engine under this one.
			else if (this.roles.usablePack() !== undefined) throw error;
			return this.openAutomatic(choose);
		}
	}

	private folder(find: () => string): string {
		try {
			return find();
		} catch (error) {
			if (error instanceof GenerationError && !this.unresolved) {
				this.unresolved = { kind: 'failed', error };
				this.stateChanged.fire(this.state);
			}
			throw error;
		}
	}

	private createHandover(): Handover {
		const { chooser, entry, settings, pack, log } = this.parts;
		const speeds = new LineSpeeds({
			root: chooser.proofsFolder,
			entry,
			threads: () => settings.threads,
			device: folder => (settings.device === 'auto' ? chooser.deviceFor(folder) : settings.device),
		});
		const failed = (error: unknown): void => {
			const { packFolder } = this.roles;
			if (pack.gaveUp(error) && packFolder !== undefined) this.slots.drop(packFolder);
		};
		return new Handover({ slots: this.slots, speeds, failed, clock: systemClock, log });
	}

	/** Of a short line on this machine, in milliseconds; 0 where that was not measured. */
	private lineMs(folder: string): number {
		return this.handover.speedOf(folder)?.warmLineMs ?? 0;
	}

	/** The two models that may complete, where nobody chose one of them. */
	private pairFor(folder: string): Pair | undefined {
		const isAutomatic = this.parts.settings.completionModel === '' && folder === this.roles.packFolder;
		return isAutomatic ? { larger: folder, smaller: this.roles.builtInCompletion() } : undefined;
	}

	/** The folder of the model that completes now. @throws GenerationError */
	private completing(): string {
		const folder = this.roles.completion();
		const pair = this.pairFor(folder);
		return pair ? this.handover.current(pair) : folder;
	}

	private tellIfNew(): void {
		const folder = this.completing();
		if (this.toldAbout !== folder) this.tellLoaded(folder);
	}

	private tellLoaded(folder: string): void {
		this.toldAbout = folder;
		this.loaded.fire();
	}

	/** The engine of the completion model, if there is one. */
	private get running(): LocalEngine | undefined {
		try {
			return this.unresolved ? undefined : this.slots.find(this.completing());
		} catch {
			// A setting that means no model is told where the model is asked for.
			return undefined;
		}
	}

	/** Other settings mean other processes; the next request starts them. */
	private reset(): void {
		this.slots.clear();
		this.unresolved = undefined;
		this.toldAbout = undefined;
		this.stateChanged.fire(this.state);
	}
}
