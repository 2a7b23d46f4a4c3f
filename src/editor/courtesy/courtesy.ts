import { Emitter, type Disposable } from '../../base';
import { type Clock } from '../../backends';
import { shortMemory } from '../../models';
import { type ModelSlots } from '../modelSlots';

/** What makes Inkling hold back. */
export interface Restraint {
	readonly onBattery: boolean;
	readonly memoryShort: boolean;
}

interface Parts {
	readonly slots: Pick<ModelSlots, 'list' | 'unloadIdle' | 'onStateChange'>;
	readonly isOnBattery: () => Promise<boolean>;
	/** Memory that programs can still get, and all there is, in bytes. */
	readonly memory: () => { readonly available: number; readonly total: number };
	readonly clock: Clock;
}

const lookEveryMs = 30_000;
/** A model that rests gives way: at once is while somebody reads what came, so not that soon. */
const restOnBatteryMs = 120_000;
const restWhenShortMs = 15_000;

/**
 * Holds back where the machine has little to give. On battery nothing is measured and a model is unloaded after two minutes of rest;
 * where memory is short, every model that rests is. Looks around only while a model is loaded.
 */
export class Courtesy implements Disposable {
	private readonly changed = new Emitter<void>();
	readonly onChange = this.changed.event;
	private current: Restraint = { onBattery: false, memoryShort: false };
	private timer: Disposable | undefined;
	private isOver = false;
	private readonly listening: Disposable;

	constructor(private readonly parts: Parts) {
		this.listening = parts.slots.onStateChange(() => this.lookSoon());
	}

	/** As it was at the last look. */
	get restraint(): Restraint {
		return this.current;
	}

	/** Whether work that nobody asked for may be done now. */
	get mayMeasure(): boolean {
		return !this.current.onBattery && !this.current.memoryShort;
	}

	dispose(): void {
		this.isOver = true;
		this.timer?.dispose();
		this.listening.dispose();
		this.changed.dispose();
	}

	private lookSoon(): void {
		const isLoaded = this.parts.slots.list.some(({ state }) => state.kind === 'ready' || state.kind === 'generating');
		if (this.timer || this.isOver || !isLoaded) return;
		// Promises of a look that fails are caught where they are made: a machine that cannot be asked is not restrained.
		this.timer = this.parts.clock.after(lookEveryMs, () => void this.look());
	}

	private async look(): Promise<void> {
		const { slots, memory } = this.parts;
		const onBattery = await this.parts.isOnBattery();
		if (this.isOver) return;
		const { available, total } = memory();
		const memoryShort = available < shortMemory(total);
		const isNew = onBattery !== this.current.onBattery || memoryShort !== this.current.memoryShort;
		this.current = { onBattery, memoryShort };
		if (memoryShort) slots.unloadIdle('memory is short', { restingMs: restWhenShortMs });
		else if (onBattery) slots.unloadIdle('the machine is on battery', { restingMs: restOnBatteryMs });
		if (isNew) this.changed.fire();
		this.timer = undefined;
		this.lookSoon();
	}
}
