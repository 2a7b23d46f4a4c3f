import { Emitter, untilAborted, type Disposable, type Event, type Log } from '../base';
import {
	GenerationError,
	type GenerateEvent,
	type GenerateRequest,
	type ModelInfo,
	type TextGenerator,
} from '../generation';
import { type LoadOptions, type MemoryDocument, type MemoryTotals } from '../protocol';
import { systemClock, type Clock } from './clock';
import { EngineClient } from './engineClient';
import { startEngineProcess, type EngineProcess } from './engineProcess';
import { type EngineState } from './engineState';
import { Heartbeat, patienceSeconds } from './heartbeat';
import { withinLoadLimit } from './loadLimit';
import { RestartPolicy } from './restartPolicy';

export interface LocalEngineOptions {
	/** Absolute path of the engine bundle, dist/engine.js. */
	readonly entry: string;
	/** What to load, asked again at every start. */
	readonly load: () => LoadOptions;
	/** The process ends after this long without a request; 0 keeps it. */
	readonly idleUnloadMs: number;
	readonly log: Log;
	readonly clock?: Clock;
	readonly startProcess?: (entry: string, log: Log) => EngineProcess;
}

/** A process with a loaded model. */
interface Running {
	readonly process: EngineProcess;
	readonly client: EngineClient;
	readonly heartbeat: Heartbeat;
	readonly model: ModelInfo;
}

/** After so many crashes a model that was wanted on a GPU is loaded on the CPU: drivers are the usual reason. */
const crashesBeforeCpu = 2;

/**
 * One model in a process of its own: started when first needed, restarted when it crashes or hangs, ended when idle. Every
 * request that was running when the process ended is rejected with `engineStopped`; the next one finds a new process.
 */
export class LocalEngine implements Disposable {
	private readonly stateEmitter = new Emitter<EngineState>();
	private readonly loadedEmitter = new Emitter<void>();
	private readonly clock: Clock;
	private readonly policy: RestartPolicy;
	private currentState: EngineState = { kind: 'stopped' };
	/** The start that counts; what an older one still does is ignored. */
	private epoch = 0;
	private current: Promise<Running> | undefined;
	private process: EngineProcess | undefined;
	private client: EngineClient | undefined;
	private generations = 0;
	/** Why the wanted device is not tried any more, until `restart()`. */
	private givenUpReason: string | undefined;
	private idleTimer: Disposable | undefined;
	private disposed = false;

	readonly onStateChange: Event<EngineState> = this.stateEmitter.event;
	/** A new process is ready. */
	readonly onLoaded: Event<void> = this.loadedEmitter.event;

	constructor(private readonly options: LocalEngineOptions) {
		this.clock = options.clock ?? systemClock;
		this.policy = new RestartPolicy(() => this.clock.now());
	}

	get state(): EngineState {
		return this.currentState;
	}

	/** Of the engine process, while there is one. */
	get pid(): number | undefined {
		return this.process?.pid;
	}

	/** A generator for the model, which starts the process again whenever it has ended.
	 * @throws GenerationError when the model cannot be loaded, or the engine has crashed too often */
	async ready(): Promise<TextGenerator> {
		const { model } = await this.running();
		return {
			model,
			countTokens: async text => (await this.running()).client.countTokens(text),
			generate: (request, signal) => this.generate(request, signal),
			score: async (request, signal) => (await this.running()).client.score(request, signal),
		};
	}

	/** Remembers a document in the process that is running; undefined when there is none, which this does not change.
	 * @throws GenerationError */
	async remember(document: MemoryDocument): Promise<MemoryTotals | undefined> {
		return (await this.runningNow())?.client.remember(document);
	}

	/** Forgets a document, or all, in the process that is running. @throws GenerationError */
	async forget(id?: string): Promise<MemoryTotals | undefined> {
		return (await this.runningNow())?.client.forget(id);
	}

	/** Ends the process if it has loaded and does nothing; the next request starts it again. False where it was left alone. */
	unloadIfIdle(reason: string): boolean {
		if (this.currentState.kind !== 'ready' || (this.client?.pendingCalls ?? 0) > 0) return false;
		this.unload(reason);
		return true;
	}

	/** Ends the process, whatever it does; the next request starts it again. */
	unload(reason: string): void {
		this.end(reason);
		this.setState({ kind: 'stopped' });
	}

	/** Ends the process if there is one, for other windows too, forgets past crashes and loads the model anew. @throws GenerationError */
	async restart(): Promise<void> {
		this.policy.reset();
		this.givenUpReason = undefined;
		this.process?.kill?.();
		this.unload('it was restarted');
		await this.running();
	}

	dispose(): void {
		this.disposed = true;
		this.unload('it was shut down');
		this.stateEmitter.dispose();
		this.loadedEmitter.dispose();
	}

	private async *generate(
		request: GenerateRequest,
		signal: AbortSignal,
	): AsyncGenerator<GenerateEvent, void, undefined> {
		const running = await untilAborted(this.running(), signal);
		if (!running) return yield cancelledBeforeStart;
		this.generations++;
		this.showActivity(running.model);
		try {
			yield* running.client.generate(request, signal);
		} finally {
			this.generations--;
			this.showActivity(running.model);
		}
	}

	private async runningNow(): Promise<Running | undefined> {
		const { kind } = this.currentState;
		return kind === 'ready' || kind === 'generating' ? this.current : undefined;
	}

	/** The process that counts, also when it changes while waiting for it. */
	private async running(): Promise<Running> {
		for (;;) {
			if (this.disposed) throw stopped('it was shut down');
			if (this.currentState.kind === 'failed') throw this.currentState.error;
			const { epoch } = this;
			const current = this.current ?? this.begin(0);
			try {
				return await current;
			} catch (error) {
				if (epoch === this.epoch || this.current === current) throw error;
			}
		}
	}

	private begin(delayMs: number): Promise<Running> {
		const epoch = ++this.epoch;
		const current = this.startUntilLoaded(epoch, delayMs);
		this.current = current;
		current.catch((error: unknown) => {
			if (epoch === this.epoch) this.fail(error);
		});
		return current;
	}

	private async startUntilLoaded(epoch: number, firstDelayMs: number): Promise<Running> {
		for (let delayMs: number | undefined = firstDelayMs; delayMs !== undefined; delayMs = this.policy.afterCrash()) {
			this.setState({ kind: 'starting' });
			if (delayMs > 0) await new Promise<void>(resolve => this.clock.after(delayMs, resolve));
			this.requireCurrent(epoch);
			const running = await this.startOnce(epoch);
			this.requireCurrent(epoch);
			if (running) return running;
		}
		throw crashing();
	}

	/** Starts a process and loads the model; undefined when the process ended before that. */
	private async startOnce(epoch: number): Promise<Running | undefined> {
		const { log, entry } = this.options;
		const process = (this.options.startProcess ?? startEngineProcess)(entry, log);
		this.process = process;
		const client = new EngineClient(process.channel, log);
		this.client = client;
		let ended: string | undefined;
		process.channel.onClose(reason => (ended = reason));
		try {
			const onProgress = (fraction: number): void => {
				if (epoch === this.epoch) this.setState({ kind: 'loading', fraction });
			};
			const loaded = await withinLoadLimit(client.load(this.loadOptions(), onProgress), this.clock);
			const model = this.givenUpReason === undefined ? loaded : { ...loaded, fallbackReason: this.givenUpReason };
			return this.watch({ process, client, model, heartbeat: this.heartbeatOf(process, client, model) }, epoch);
		} catch (error) {
			if (ended !== undefined) {
				log.error(`The engine process ended while loading: ${ended}.`);
				return undefined;
			}
			client.dispose();
			process.dispose();
			throw error;
		}
	}

	private loadOptions(): LoadOptions {
		const options = this.options.load();
		if (options.device === 'auto' || options.device === 'cpu') return options;
		if (this.policy.recentCrashes >= crashesBeforeCpu)
			this.givenUpReason ??= `The engine process crashed ${crashesBeforeCpu} times with ${options.device}.`;
		return this.givenUpReason === undefined ? options : { ...options, device: 'cpu' };
	}

	private heartbeatOf(process: EngineProcess, client: EngineClient, { device }: ModelInfo): Heartbeat {
		const seconds = patienceSeconds(device);
		return new Heartbeat(this.clock, {
			patienceSeconds: seconds,
			ping: () => client.ping(),
			isWaiting: () => client.pendingCalls > 0,
			onHang: () => {
				this.options.log.error(
					`The engine process ${process.pid ?? ''} did not answer for ${seconds} s; starting a new one.`,
				);
				(process.kill ?? process.dispose).call(process);
			},
		});
	}

	private watch(running: Running, epoch: number): Running {
		const { client, heartbeat, model, process } = running;
		client.onHeard = () => heartbeat.heard();
		client.onPendingChange = () => {
			heartbeat.update();
			if (epoch === this.epoch) this.updateIdleTimer(client);
		};
		process.channel.onClose(reason => {
			heartbeat.dispose();
			if (epoch === this.epoch) this.recover(reason);
		});
		if (epoch === this.epoch) {
			this.setState({ kind: 'ready', model });
			this.updateIdleTimer(client);
			this.loadedEmitter.fire();
		}
		return running;
	}

	private recover(reason: string): void {
		this.options.log.error(`The engine process ended: ${reason}.`);
		this.idleTimer?.dispose();
		const delayMs = this.policy.afterCrash();
		if (delayMs === undefined) {
			this.end(reason);
			this.fail(crashing());
		} else void this.begin(delayMs).catch(() => undefined);
	}

	private fail(error: unknown): void {
		const coded =
			error instanceof GenerationError ? error : new GenerationError('engineStopped', String(error), { cause: error });
		this.options.log.error(`The engine failed: ${coded.code}: ${coded.message}`);
		this.process = undefined;
		this.setState({ kind: 'failed', error: coded });
	}

	/** Ends the process and everything that waits for it. */
	private end(reason: string): void {
		this.epoch++;
		this.idleTimer?.dispose();
		const { process, current } = this;
		this.process = undefined;
		this.current = undefined;
		current?.then(({ client }) => client.close(reason)).catch(() => undefined);
		process?.dispose();
	}

	private updateIdleTimer(client: EngineClient): void {
		const { idleUnloadMs, log } = this.options;
		this.idleTimer?.dispose();
		this.idleTimer = undefined;
		if (idleUnloadMs <= 0 || client.pendingCalls > 0) return;
		this.idleTimer = this.clock.after(idleUnloadMs, () => {
			log.info(`The engine was not used for ${Math.round(idleUnloadMs / 1000)} s; ending its process.`);
			this.unload('it was not used');
		});
	}

	private showActivity(model: ModelInfo): void {
		const { kind } = this.currentState;
		if (kind === 'ready' || kind === 'generating')
			this.setState({ kind: this.generations > 0 ? 'generating' : 'ready', model });
	}

	private setState(state: EngineState): void {
		if (state.kind === this.currentState.kind && state.kind !== 'loading') return;
		this.currentState = state;
		this.stateEmitter.fire(state);
	}

	private requireCurrent(epoch: number): void {
		if (epoch !== this.epoch) throw stopped('it was replaced');
	}
}

const stopped = (reason: string): GenerationError =>
	new GenerationError('engineStopped', `The engine process stopped: ${reason}. Try again.`);

const crashing = (): GenerationError =>
	new GenerationError(
		'engineCrashing',
		'The engine process crashed five times in three minutes and is not started again. See the log, choose the CPU or another model, then restart the engine.',
	);

const cancelledBeforeStart: GenerateEvent = {
	type: 'done',
	reason: 'cancelled',
	usage: { promptTokens: 0, reusedTokens: 0, cutTokens: 0, newTokens: 0, prefillMs: 0, decodeMs: 0 },
	tokenIds: [],
};
