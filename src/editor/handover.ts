import { Emitter, type Disposable, type Log } from '../base';
import { completingModel, measureLine, type Clock, type LineSpeed, type LineSpeeds } from '../backends';
import { type TextGenerator } from '../generation';
import { type ModelSlots } from './modelSlots';

interface Parts {
	readonly slots: Pick<ModelSlots, 'open' | 'openBeside' | 'find' | 'onLoaded'>;
	readonly speeds: Pick<LineSpeeds, 'read' | 'add'>;
	/** The larger model could not be loaded. */
	readonly failed: (error: unknown) => void;
	readonly clock: Clock;
	readonly log: Log;
}

/** Two models that could complete, by their folders. */
export interface Pair {
	readonly larger: string;
	readonly smaller: string;
}

/** While the small model answers, the machine has less for the large one: a slow measurement counts after a pause of so long. */
const quietMs = 5000;

/**
 * Completions from the larger of two models, and from the smaller one while the larger loads, is measured for the first time, or where
 * it is too slow on this machine. No request waits for the larger one.
 */
export class Handover implements Disposable {
	private readonly switched = new Emitter<void>();
	/** The larger model completes from now on. */
	readonly onSwitch = this.switched.event;
	/** By folder, so that no key reads the disk. */
	private readonly known = new Map<string, LineSpeed | undefined>();
	private readonly preparing = new Set<string>();
	private readonly over = new AbortController();
	private readonly listening: Disposable;
	private requests = 0;
	/** The failure that was told last: an engine repeats it to everyone who asks. */
	private told: unknown;

	constructor(private readonly parts: Parts) {
		// A new process may be on another device, or the model another one.
		this.listening = parts.slots.onLoaded(folder => this.known.delete(folder));
	}

	/** The model that completes now, started and loaded. @throws GenerationError */
	async open(pair: Pair): Promise<TextGenerator> {
		this.requests++;
		const { model, next } = this.decide(pair.larger);
		if (model === 'larger') return this.withSpeed(await this.parts.slots.open(pair.larger), pair.larger);
		try {
			return await this.parts.slots.open(pair.smaller);
		} finally {
			// The smaller one first: it is loaded in a fraction of the time, and both at once would take that from it.
			if (next !== 'nothing') void this.prepare(pair);
		}
	}

	/** The folder of the model that a request would go to now. Starts nothing. */
	current({ larger, smaller }: Pair): string {
		return this.decide(larger).model === 'larger' ? larger : smaller;
	}

	/** What was measured of a model, for those who want to say why it does not complete. */
	speedOf(folder: string): LineSpeed | undefined {
		if (!this.known.has(folder)) this.known.set(folder, this.parts.speeds.read(folder));
		return this.known.get(folder);
	}

	dispose(): void {
		this.over.abort();
		this.listening.dispose();
		this.switched.dispose();
	}

	private decide(larger: string): ReturnType<typeof completingModel> {
		const state = this.parts.slots.find(larger)?.state.kind ?? 'stopped';
		return completingModel({ state, warmLineMs: this.speedOf(larger)?.warmLineMs });
	}

	/** Loads the larger model, measures it where that was never done, and lets it take over. */
	private async prepare({ larger, smaller }: Pair): Promise<void> {
		if (this.preparing.has(larger)) return;
		this.preparing.add(larger);
		const { slots, log } = this.parts;
		try {
			const generator = await slots.openBeside(larger);
			if (this.speedOf(larger) === undefined) await this.measure(larger, generator);
			if (this.isOver || this.decide(larger).model !== 'larger') return;
			log.info(`Completions come from ${larger} from now on.`);
			this.switched.fire();
			slots.find(smaller)?.unloadIfIdle('a larger model completes now');
		} catch (error) {
			if (this.isOver || error === this.told) return;
			this.told = error;
			log.info(`${larger} does not complete: ${String(error)}`);
			this.parts.failed(error);
		} finally {
			this.preparing.delete(larger);
		}
	}

	private async measure(folder: string, generator: TextGenerator): Promise<void> {
		const { speeds, clock, log } = this.parts;
		const { device } = generator.model;
		if (device === 'remote') return;
		for (;;) {
			const before = this.requests;
			const speed = await measureLine(generator, Math.floor(clock.now()), this.over.signal);
			if (!speed) return;
			const isFast = completingModel({ state: 'ready', warmLineMs: speed.warmLineMs }).model === 'larger';
			if (isFast || this.requests === before) {
				const known = await speeds.add(folder, speed, device);
				this.known.set(folder, known);
				const [lineMs, rate] = [known.warmLineMs, known.promptTokensPerSecond].map(Math.round);
				log.info(`Measured ${folder}: a line in ${lineMs} ms, ${rate} prompt tokens a second.`);
				return;
			}
			await this.quiet();
		}
	}

	/** Resolves when nobody has asked for anything for a while. */
	private async quiet(): Promise<void> {
		let before: number;
		do {
			before = this.requests;
			await this.pause();
		} while (before !== this.requests && !this.isOver);
	}

	private async pause(): Promise<void> {
		const { signal } = this.over;
		await new Promise<void>(resolve => {
			const timer = this.parts.clock.after(quietMs, resolve);
			const end = (): void => {
				timer.dispose();
				resolve();
			};
			signal.addEventListener('abort', end, { once: true });
		});
	}

	private get isOver(): boolean {
		return this.over.signal.aborted;
	}

	/** So that the first prompts are as long as this model reads in time, and not as any other one does. */
	private withSpeed(generator: TextGenerator, folder: string): TextGenerator {
		const speed = this.speedOf(folder);
		if (!speed) return generator;
		const { promptTokensPerSecond } = speed;
		return {
			model: { ...generator.model, promptTokensPerSecond },
			countTokens: text => generator.countTokens(text),
			generate: (request, signal) => generator.generate(request, signal),
			...(generator.score && { score: (request, signal) => generator.score!(request, signal) }),
		};
	}
}
