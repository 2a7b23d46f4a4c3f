import { Emitter, type Disposable, type Log } from '../base';
import { type EngineState, type LocalEngine } from '../backends';
import { GenerationError, type TextGenerator } from '../generation';

interface Parts {
	/** Makes the engine of a model; `watching` ends it and whatever watches it. */
	readonly create: (folder: string) => { readonly engine: LocalEngine; readonly watching: Disposable };
	readonly log: Log;
	readonly now: () => number;
}

interface Slot {
	readonly folder: string;
	readonly engine: LocalEngine;
	readonly watching: Disposable;
	/** Clock time in milliseconds of the last change of its state. */
	lastUsedAt: number;
}

/** The models that were asked for, each in an engine of its own that loads when it is needed. Together they get the memory that is
 * free: where one more does not fit, those that rest give way, and load again when they are needed. */
export class ModelSlots implements Disposable {
	private readonly changed = new Emitter<void>();
	private readonly loaded = new Emitter<string>();
	private readonly slots = new Map<string, Slot>();

	readonly onStateChange = this.changed.event;
	/** A new process has loaded the model of this folder. */
	readonly onLoaded = this.loaded.event;

	constructor(private readonly parts: Parts) {}

	/** Every model that was asked for, with what its engine does now. */
	get list(): readonly { readonly folder: string; readonly state: EngineState }[] {
		return [...this.slots.values()].map(({ folder, engine }) => ({ folder, state: engine.state }));
	}

	/** The engine of a model that was asked for before. */
	find(folder: string): LocalEngine | undefined {
		return this.slots.get(folder)?.engine;
	}

	/** Whether a model is loaded or about to be. */
	isLoaded(folder: string): boolean {
		const state = this.find(folder)?.state.kind;
		return state !== undefined && state !== 'stopped' && state !== 'failed';
	}

	/** A model, started and loaded. @throws GenerationError outOfMemory where it does not fit, even alone */
	async open(folder: string): Promise<TextGenerator> {
		const { engine } = this.slot(folder);
		try {
			return await this.openBeside(folder);
		} catch (error) {
			const isFull = error instanceof GenerationError && error.code === 'outOfMemory';
			if (!isFull || this.unloadIdle('another model needs its memory', { except: folder }) === 0) throw error;
			await engine.restart();
			return engine.ready();
		}
	}

	/** The same where nobody waits for it, so that no other model gives way. @throws GenerationError */
	openBeside(folder: string): Promise<TextGenerator> {
		return this.slot(folder).engine.ready();
	}

	/** Ends the engines that are loaded and do nothing. Resolves to how many.
	 * @param restingMs only those that did nothing for so long */
	unloadIdle(
		reason: string,
		{ except, restingMs = 0 }: { readonly except?: string; readonly restingMs?: number } = {},
	): number {
		let count = 0;
		for (const { folder, engine, lastUsedAt } of this.slots.values()) {
			if (folder === except || this.parts.now() - lastUsedAt < restingMs || !engine.unloadIfIdle(reason)) continue;
			this.parts.log.info(`Unloaded ${folder}: ${reason}.`);
			count++;
		}
		return count;
	}

	/** Ends the engine of a model now, whatever it does; the next request starts it again. */
	unload(folder: string): void {
		this.find(folder)?.unload('it was unloaded by hand');
	}

	/** Ends the engine of a model and forgets it, whatever state it was in. */
	drop(folder: string): void {
		this.slots.get(folder)?.watching.dispose();
		this.slots.delete(folder);
		this.changed.fire();
	}

	/** Loads every model of before anew. @throws GenerationError */
	async restart(): Promise<void> {
		await Promise.all([...this.slots.values()].map(({ engine }) => engine.restart()));
	}

	/** Ends all engines and forgets them. */
	clear(): void {
		for (const { watching } of this.slots.values()) watching.dispose();
		this.slots.clear();
	}

	dispose(): void {
		this.clear();
		this.changed.dispose();
		this.loaded.dispose();
	}

	private slot(folder: string): Slot {
		const existing = this.slots.get(folder);
		if (existing) return existing;
		const { engine, watching } = this.parts.create(folder);
		const slot: Slot = { folder, engine, watching, lastUsedAt: this.parts.now() };
		engine.onStateChange(() => {
			slot.lastUsedAt = this.parts.now();
			this.changed.fire();
		});
		engine.onLoaded(() => this.loaded.fire(folder));
		this.slots.set(folder, slot);
		return slot;
	}
}
