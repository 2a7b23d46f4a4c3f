import { assertNever, DisposableStore, type Disposable, type Log, type LogLevel } from '../base';
import { GenerationError } from '../generation';
import {
	parseToEngine,
	type CallId,
	type Channel,
	type FromEngine,
	type LoadOptions,
	type ToEngine,
} from '../protocol';
import { comparePack } from '../models';
import { Answer } from './answer';
import { probeDevice } from './deviceProbe';
import { type LoadedModel } from './loadedModel';
import { ModelHost } from './modelHost';
import { Memory, type MemoryReport } from './ngrams';
import { TextBatch } from './textBatch';
import { TextScore, type ScoreSink } from './textScore';
import { TokenCount } from './tokenCount';

export interface ServeOptions {
	/** Milliseconds from any origin. */
	readonly now: () => number;
	/** What several channels share; without one the channel has a model of its own. */
	readonly host?: ModelHost;
}

/** Answers the messages of one channel with one model: the whole engine but the process around it. What a channel remembers is seen by
 * no other, and ends with it. */
export function serve(channel: Channel<FromEngine, unknown>, options: ServeOptions): Disposable {
	const store = new DisposableStore();
	const server = new Server(channel, options);
	store.add(channel.onMessage(message => server.receive(message)));
	store.add(channel.onClose(() => server.leave()));
	return store;
}

/** Refused messages are logged this often; a peer that is broken or hostile must not fill the log. */
const mostRefusalsLogged = 20;

class Server {
	private readonly host: ModelHost;
	private readonly cancels = new Map<CallId, () => void>();
	private readonly log: Log;
	private state: 'empty' | 'loading' | LoadedModel = 'empty';
	private memory: Memory | undefined;
	private refusals = 0;

	constructor(
		private readonly channel: Channel<FromEngine, unknown>,
		private readonly options: ServeOptions,
	) {
		this.host = options.host ?? new ModelHost();
		const logAt = (level: LogLevel) => (message: string) => channel.send({ type: 'log', level, message });
		this.log = {
			trace: logAt('trace'),
			debug: logAt('debug'),
			info: logAt('info'),
			warn: logAt('warn'),
			error: logAt('error'),
		};
	}

	receive(value: unknown): void {
		const parsed = parseToEngine(value);
		if (parsed.ok) this.handle(parsed.message);
		else {
			if (this.refusals++ < mostRefusalsLogged) this.log.warn(`Refused a message: ${parsed.reason}.`);
			if (parsed.call !== undefined)
				this.fail(parsed.call, new GenerationError('badRequest', `The engine refused a message: ${parsed.reason}.`));
		}
	}

	leave(): void {
		for (const cancel of [...this.cancels.values()]) cancel();
		this.memory?.forget(undefined, { ended: () => undefined, failed: () => undefined });
	}

	private handle(message: ToEngine): void {
		const { call } = message;
		switch (message.type) {
			case 'load':
				void this.load(call, message.options);
				return;
			case 'generate':
				this.withModel(call, model => {
					const answer = new Answer(model, message.request, this.sink(call), this.options.now);
					this.cancels.set(call, this.host.scheduler.add(answer));
				});
				return;
			case 'cancel':
				this.cancels.get(call)?.();
				return;
			case 'countTokens':
				this.withModel(call, model => {
					const counted = (count: number): void => this.channel.send({ type: 'tokenCount', call, count });
					const failed = (error: unknown): void => this.fail(call, error);
					this.host.scheduler.add(new TokenCount(model.tokenizer, message.text, { counted, failed }));
				});
				return;
			case 'score':
				this.withModel(call, model => {
					const score = new TextScore(model, message.request, this.scoreSink(call));
					this.cancels.set(call, this.host.scheduler.add(score));
				});
				return;
			case 'remember':
				this.withModel(call, model => this.memoryOf(model).remember(message.document, this.memoryReport(call)));
				return;
			case 'forget':
				this.withModel(call, model => this.memoryOf(model).forget(message.id, this.memoryReport(call)));
				return;
			case 'probe':
				void probeDevice(message.device).then(probe => this.channel.send({ type: 'probed', call, probe }));
				return;
			case 'comparePack':
				comparePack(message.folder, { proofsFolder: message.proofsFolder }).then(
					comparison => this.channel.send({ type: 'packCompared', call, comparison }),
					(error: unknown) => this.fail(call, error),
				);
				return;
			case 'ping':
				this.channel.send({ type: 'pong', call });
				return;
			default:
				assertNever(message);
		}
	}

	private async load(call: CallId, options: LoadOptions): Promise<void> {
		if (this.state !== 'empty') {
			this.fail(call, new GenerationError('badRequest', 'This engine process already has a model. Start another one.'));
			return;
		}
		this.state = 'loading';
		try {
			const onProgress = (fraction: number): void => this.channel.send({ type: 'loading', call, fraction });
			const { log } = this;
			const shared = await this.host.load(options, { log, now: this.options.now, onProgress });
			const model = this.options.host ? shared.withOwnNgrams() : shared;
			this.state = model;
			this.channel.send({ type: 'loaded', call, model: model.info });
		} catch (error) {
			this.state = 'empty';
			this.fail(call, error);
		}
	}

	private withModel(call: CallId, use: (model: LoadedModel) => void): void {
		if (this.cancels.has(call)) this.fail(call, new GenerationError('badRequest', `Call ${call} is already running.`));
		else if (typeof this.state === 'string')
			this.fail(call, new GenerationError('badRequest', 'The engine has no model yet. Load one first.'));
		else use(this.state);
	}

	private memoryOf(model: LoadedModel): Memory {
		return (this.memory ??= new Memory(model.ngrams, model.tokenizer, this.host.scheduler));
	}

	private memoryReport(call: CallId): MemoryReport {
		return {
			ended: totals => this.channel.send({ type: 'remembered', call, totals }),
			failed: error => this.fail(call, error),
		};
	}

	private sink(call: CallId): ConstructorParameters<typeof Answer>[2] {
		const batch = new TextBatch(pieces => this.channel.send({ type: 'text', call, pieces }), this.options.now);
		const end = (): void => {
			batch.flush();
			this.cancels.delete(call);
		};
		return {
			text: delivery => batch.add(delivery),
			done: (reason, usage, answer) => {
				end();
				this.channel.send({ type: 'done', call, reason, usage, ...answer });
			},
			failed: error => {
				end();
				this.fail(call, error);
			},
		};
	}

	private scoreSink(call: CallId): ScoreSink {
		return {
			scored: score => {
				this.cancels.delete(call);
				this.channel.send({ type: 'score', call, score });
			},
			failed: error => {
				this.cancels.delete(call);
				this.fail(call, error);
			},
		};
	}

	private fail(call: CallId, error: unknown): void {
		const known = error instanceof GenerationError ? error : undefined;
		// Anything without a code is a bug of ours; its stack belongs in the log.
		if (!known) this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
		const message = known?.message ?? `The engine failed: ${String(error).slice(0, 500)}. See the log.`;
		this.channel.send({ type: 'failed', call, code: known?.code ?? 'engineStopped', message });
	}
}
