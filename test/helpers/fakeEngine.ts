import { silentLog } from '../../src/base';
import { LocalEngine, type EngineProcess, type EngineState } from '../../src/backends';
import {
	greedy,
	type GenerateEvent,
	type GenerateRequest,
	type ModelInfo,
	type TextGenerator,
} from '../../src/generation';
import { type FromEngine, type ToEngine } from '../../src/protocol';
import { channelPair } from './channels';
import { ManualClock } from './manualClock';

export const fakeModel: ModelInfo = {
	id: 'm',
	name: 'm',
	roles: ['fill'],
	tasks: [],
	contextTokens: 64,
	device: 'cpu',
	loadMs: 1,
};
export const fakeUsage = { promptTokens: 1, reusedTokens: 0, cutTokens: 0, newTokens: 1, prefillMs: 1, decodeMs: 1 };
export const fakeRequest: GenerateRequest = {
	prompt: { kind: 'continue', text: 'x', extension: '' },
	maxTokens: 4,
	sampling: greedy,
	stop: [],
	priority: 'typing',
};

type OnLoad = (process: FakeProcess, call: number) => void;

/** An engine process made of a few lines: it loads, answers pings and leaves generating to the test. */
export class FakeProcess implements EngineProcess {
	readonly pid: number;
	readonly heard: ToEngine[] = [];
	isAlive = true;
	isHanging = false;
	/** What it does with messages that are left to the test. */
	onOther: (message: ToEngine) => void = () => undefined;
	private readonly pair = channelPair<ToEngine, FromEngine>();
	readonly channel = this.pair.near;

	constructor(
		pid: number,
		private readonly onLoad: OnLoad,
	) {
		this.pid = pid;
		this.pair.far.onMessage(message => this.receive(message as ToEngine));
	}

	send(message: FromEngine): void {
		if (this.isAlive) this.pair.far.send(message);
	}

	die(reason = 'it crashed'): void {
		if (!this.isAlive) return;
		this.isAlive = false;
		this.pair.close(reason);
	}

	dispose(): void {
		this.die('it was ended by SIGKILL');
	}

	lastCall(type: ToEngine['type']): number {
		return this.heard.findLast(message => message.type === type)!.call;
	}

	private receive(message: ToEngine): void {
		if (!this.isAlive) return;
		this.heard.push(message);
		if (this.isHanging) return;
		if (message.type === 'load') this.onLoad(this, message.call);
		else if (message.type === 'ping') this.send({ type: 'pong', call: message.call });
		else this.onOther(message);
	}
}

/** A local engine on fake processes and a clock that a test moves. */
export class FakeEngine {
	static readonly loads: OnLoad = (process, call) => process.send({ type: 'loaded', call, model: fakeModel });

	readonly clock = new ManualClock();
	readonly processes: FakeProcess[] = [];
	readonly states: EngineState['kind'][] = [];
	readonly engine: LocalEngine;
	/** What a process does when it is told to load. */
	onLoad: OnLoad = FakeEngine.loads;

	constructor(device: 'cpu' | 'webgpu' = 'cpu') {
		this.engine = new LocalEngine({
			entry: 'engine.js',
			load: () => ({ folder: '/models/m', device, cacheBytes: 1 }),
			idleUnloadMs: 60_000,
			log: silentLog,
			clock: this.clock,
			startProcess: () => {
				const process = new FakeProcess(this.processes.length + 1, (one, call) => this.onLoad(one, call));
				this.processes.push(process);
				return process;
			},
		});
		this.engine.onStateChange(state => this.states.push(state.kind));
	}

	get current(): FakeProcess {
		return this.processes.at(-1)!;
	}
}

/** Starts reading an answer. The result says how it ended. */
export function read(
	generator: TextGenerator,
	signal = new AbortController().signal,
): { events: GenerateEvent[]; end: Promise<string> } {
	const events: GenerateEvent[] = [];
	const run = async (): Promise<string> => {
		for await (const event of generator.generate(fakeRequest, signal)) events.push(event);
		return 'ended';
	};
	const end = run().catch((error: unknown) => (error as { code: string }).code);
	return { events, end };
}
