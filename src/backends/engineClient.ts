import { assertNever, DisposableStore, type Disposable, type Log } from '../base';
import {
	GenerationError,
	type Device,
	type GenerateEvent,
	type GenerateRequest,
	type ModelInfo,
	type Score,
	type ScoreRequest,
	type Usage,
} from '../generation';
import {
	parseFromEngine,
	type CallId,
	type Channel,
	type DeviceProbe,
	type FromEngine,
	type LoadOptions,
	type MemoryDocument,
	type MemoryTotals,
	type PackCompared,
	type ToEngine,
} from '../protocol';

/** What a call may be told before its last answer. */
interface PendingCall {
	/** Any answer of the engine to this call, the last one included. */
	readonly answer: (message: Answer) => void;
	readonly fail: (error: GenerationError) => void;
}
type Answer = Exclude<FromEngine, { readonly type: 'log' | 'failed' }>;

const noUsage: Usage = { promptTokens: 0, reusedTokens: 0, cutTokens: 0, newTokens: 0, prefillMs: 0, decodeMs: 0 };

/** Calls to one engine process. When the process ends, every pending call is rejected. Lives as long as the process. */
export class EngineClient implements Disposable {
	private readonly store = new DisposableStore();
	private readonly pending = new Map<CallId, PendingCall>();
	private nextCall: CallId = 1;
	private closed: GenerationError | undefined;
	private refusals = 0;
	/** Called when anything at all was heard from the process. */
	onHeard: () => void = () => undefined;
	/** Called when the number of pending calls changed. */
	onPendingChange: () => void = () => undefined;

	constructor(
		private readonly channel: Channel<ToEngine, unknown>,
		private readonly log: Log,
	) {
		this.store.add(channel.onMessage(message => this.receive(message)));
		this.store.add(channel.onClose(reason => this.close(reason)));
	}

	/** Calls that wait for an answer, pings not counted. */
	get pendingCalls(): number {
		return this.pending.size;
	}

	/** Loads a model. @throws GenerationError */
	load(options: LoadOptions, onProgress: (fraction: number) => void): Promise<ModelInfo> {
		return this.call(
			call => ({ type: 'load', call, options }),
			(message, resolve: (model: ModelInfo) => void) => {
				if (message.type === 'loading') onProgress(message.fraction);
				if (message.type === 'loaded') resolve(message.model);
			},
		);
	}

	countTokens(text: string): Promise<number> {
		return this.call(
			call => ({ type: 'countTokens', call, text }),
			(message, resolve: (count: number) => void) => {
				if (message.type === 'tokenCount') resolve(message.count);
			},
		);
	}

	/** See `TextGenerator.score`. */
	score(request: ScoreRequest, signal: AbortSignal): Promise<Score> {
		if (signal.aborted) return Promise.resolve({ logProbability: 0, tokens: 0 });
		const call = this.nextCall;
		const cancel = (): void => this.channel.send({ type: 'cancel', call });
		signal.addEventListener('abort', cancel);
		return this.call(
			() => ({ type: 'score', call, request }),
			(message, resolve: (score: Score) => void) => {
				if (message.type === 'score') resolve(message.score);
			},
		).finally(() => signal.removeEventListener('abort', cancel));
	}

	/** Remembers a document for completions; resolves when the engine has read it. @throws GenerationError */
	remember(document: MemoryDocument): Promise<MemoryTotals> {
		return this.call(call => ({ type: 'remember', call, document }), readTotals);
	}

	/** Forgets a document, or all. Requests sent after this do not see it. @throws GenerationError */
	forget(id?: string): Promise<MemoryTotals> {
		return this.call(call => ({ type: 'forget', call, ...(id === undefined ? {} : { id }) }), readTotals);
	}

	/** Computes something tiny on a device. Only for a process that has nothing else to do. @throws GenerationError */
	probe(device: Device): Promise<DeviceProbe> {
		return this.call(
			call => ({ type: 'probe', call, device }),
			(message, resolve: (probe: DeviceProbe) => void) => {
				if (message.type === 'probed') resolve(message.probe);
			},
		);
	}

	/** Compares the bytes of a pack with its checksums. Only for a process that has nothing else to do. @throws GenerationError */
	comparePack(folder: string, proofsFolder: string): Promise<PackCompared> {
		return this.call(
			call => ({ type: 'comparePack', call, folder, proofsFolder }),
			(message, resolve: (comparison: PackCompared) => void) => {
				if (message.type === 'packCompared') resolve(message.comparison);
			},
		);
	}

	/** Asks for a sign of life; any message will do, so nothing waits for the answer itself. */
	ping(): void {
		this.channel.send({ type: 'ping', call: this.nextCall++ });
	}

	/** Streams an answer, see `TextGenerator.generate`. Leaving the loop early ends it in the engine too. */
	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
		if (signal.aborted) return yield cancelled;
		const call = this.nextCall++;
		const events = new EventQueue();
		const cancel = (): void => this.channel.send({ type: 'cancel', call });
		signal.addEventListener('abort', cancel);
		try {
			this.start(call, { answer: message => events.add(message), fail: error => events.fail(error) });
			this.channel.send({ type: 'generate', call, request });
			for (;;) {
				const event = await events.next(signal);
				// The abort may have come while the text, or the end, was on its way.
				if (event.type === 'text' && isAborted(signal)) continue;
				yield event.type === 'done' && isAborted(signal) ? { ...event, reason: 'cancelled' } : event;
				if (event.type === 'done') return;
			}
		} finally {
			signal.removeEventListener('abort', cancel);
			if (this.pending.has(call)) cancel();
		}
	}

	/** Rejects what is pending with this reason and forgets the process. */
	close(reason: string): void {
		if (this.closed) return;
		this.closed = new GenerationError('engineStopped', `The engine process stopped: ${reason}. Try again.`);
		const calls = [...this.pending.values()];
		this.pending.clear();
		this.store.dispose();
		for (const { fail } of calls) fail(this.closed);
		this.onPendingChange();
	}

	dispose(): void {
		this.close('it was shut down');
	}

	private call<T>(
		makeMessage: (call: CallId) => ToEngine,
		answer: (message: Answer, resolve: (value: T) => void) => void,
	): Promise<T> {
		return new Promise((resolve, reject) => {
			const call = this.nextCall++;
			this.start(call, { answer: message => answer(message, resolve), fail: reject });
			this.channel.send(makeMessage(call));
		});
	}

	private start(call: CallId, pending: PendingCall): void {
		if (this.closed) {
			pending.fail(this.closed);
			return;
		}
		this.pending.set(call, pending);
		this.onPendingChange();
	}

	private receive(value: unknown): void {
		this.onHeard();
		const parsed = parseFromEngine(value);
		if (!parsed.ok) {
			if (this.refusals++ < 20) this.log.warn(`Refused a message of the engine: ${parsed.reason}.`);
			if (parsed.call !== undefined)
				this.end(parsed.call)?.fail(
					new GenerationError('engineStopped', `The engine answered with a message that is ${parsed.reason}.`),
				);
			return;
		}
		this.dispatch(parsed.message);
	}

	private dispatch(message: FromEngine): void {
		switch (message.type) {
			case 'log':
				this.log[message.level](message.message);
				return;
			case 'text':
			case 'loading':
				this.pending.get(message.call)?.answer(message);
				return;
			case 'done':
			case 'loaded':
			case 'tokenCount':
			case 'score':
			case 'remembered':
			case 'probed':
			case 'packCompared':
			case 'pong':
				this.end(message.call)?.answer(message);
				return;
			case 'failed':
				this.end(message.call)?.fail(new GenerationError(message.code, message.message));
				return;
			default:
				assertNever(message);
		}
	}

	private end(call: CallId): PendingCall | undefined {
		const pending = this.pending.get(call);
		if (this.pending.delete(call)) this.onPendingChange();
		return pending;
	}
}

function readTotals(message: Answer, resolve: (totals: MemoryTotals) => void): void {
	if (message.type === 'remembered') resolve(message.totals);
}

const cancelled: GenerateEvent = { type: 'done', reason: 'cancelled', usage: noUsage, tokenIds: [] };

function toEvents(message: Answer): readonly GenerateEvent[] {
	if (message.type === 'text')
		return message.pieces.map(({ text, logProbability }) => ({ type: 'text', text, logProbability }));
	if (message.type !== 'done') return [];
	const { type, reason, usage, tokenIds, alternatives } = message;
	return [{ type, reason, usage, tokenIds, ...(alternatives && { alternatives }) }];
}

/** A look at the signal that the compiler does not remember: it changes while we wait. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** Events that arrived before anyone asked for them. */
class EventQueue {
	private readonly events: GenerateEvent[] = [];
	private error: GenerationError | undefined;
	private wake: () => void = () => undefined;

	add(message: Answer): void {
		for (const event of toEvents(message)) this.events.push(event);
		this.wake();
	}

	fail(error: GenerationError): void {
		this.error = error;
		this.wake();
	}

	async next(signal: AbortSignal): Promise<GenerateEvent> {
		for (;;) {
			const event = this.events.shift();
			if (event) return event;
			// Somebody who has cancelled does not care why there is no more.
			if (this.error && signal.aborted) return cancelled;
			if (this.error) throw this.error;
			await new Promise<void>(resolve => (this.wake = resolve));
		}
	}
}
