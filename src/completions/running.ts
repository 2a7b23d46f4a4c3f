import { type GenerateRequest, type TextGenerator, type Usage } from '../generation';
import { type Candidate, type ConfidenceMark, type Ending } from './answer';
import { type Clock } from './clock';
import { type StopRules } from './stopRules';

/** How waiting for a running generation ended. */
export type WaitResult = 'finished' | 'diverged' | 'timeLimit' | 'cancelled';

/** One generation and the moments in its life. */
export interface RunningParts {
	readonly generator: TextGenerator;
	readonly request: GenerateRequest;
	readonly stopRules: StopRules;
	readonly clock: Clock;
	readonly timeLimitMs: number;
	readonly onFinish: (candidate: Candidate) => void;
	readonly onUsage: (usage: Usage) => void;
}

/** Nobody waits any more: how long the generation may go on, in case the next keystroke can use it. */
const orphanMs = 300;

/**
 * One stream from the model. It outlives the keystroke that started it: a later one that types along its text waits for the same
 * stream, and only when nobody does for a while, or `abort()` is called, does it end early.
 */
export class RunningGeneration {
	readonly ended: Promise<void>;
	usage: Usage | undefined;
	firstTextMs: number | undefined;
	/** Why the stream broke; the answer is then undefined. */
	failure: unknown;
	private text = '';
	private readonly marks: ConfidenceMark[] = [];
	private finished: Candidate | undefined;
	private late = false;
	private waiting = 0;
	private readonly listeners = new Set<() => void>();
	private readonly controller = new AbortController();
	private readonly startedAt: number;

	constructor(private readonly parts: RunningParts) {
		this.startedAt = parts.clock.now();
		this.ended = this.read();
	}

	/** The answer, once it is whole; undefined while running or when it failed or was aborted. */
	get candidate(): Candidate | undefined {
		return this.finished;
	}

	/** Neither finished nor aborted. */
	get isRunning(): boolean {
		return this.finished === undefined && !this.controller.signal.aborted;
	}

	/** What has arrived agrees with what was typed since the start, as far as both go. */
	continues(typed: string): boolean {
		return this.text.startsWith(typed) || (this.isRunning && typed.startsWith(this.text));
	}

	/** Text that has arrived so far, for comparing it with what was typed. */
	get textSoFar(): string {
		return this.text;
	}

	/** Waits until the answer is whole, contradicts what was typed, or the time limit has passed; text that is there by then is
	 * the answer. */
	async wait(typed: string, signal: AbortSignal): Promise<WaitResult> {
		const deadline = this.deadline();
		this.waiting++;
		try {
			for (;;) {
				if (signal.aborted) return 'cancelled';
				if (!this.continues(typed)) return 'diverged';
				if (!this.isRunning) return 'finished';
				if (deadline.passed() && this.text.length <= typed.length) return this.outOfTime();
				if (deadline.passed()) this.finish(this.text, 'cut');
				else await this.change(signal);
			}
		} finally {
			deadline.cancel();
			this.waiting--;
			if (this.waiting === 0 && this.isRunning) void this.abortUnlessWanted();
		}
	}

	/** Ends the stream; no answer comes of it. */
	abort(): void {
		this.controller.abort();
		this.notify();
	}

	private async read(): Promise<void> {
		const { generator, request } = this.parts;
		try {
			for await (const event of generator.generate(request, this.controller.signal)) {
				if (event.type === 'text') this.take(event.text, event.logProbability);
				else if (event.type === 'done') {
					this.usage = event.usage;
					this.parts.onUsage(event.usage);
					if (this.isRunning) this.finishAtEnd(event.reason === 'stop');
				}
			}
			if (this.isRunning) this.finishAtEnd(false);
		} catch (error) {
			this.failure = error;
			this.controller.abort();
		} finally {
			this.notify();
		}
	}

	private take(text: string, logProbability: number): void {
		if (!this.isRunning || text === '') return;
		this.firstTextMs ??= this.parts.clock.now() - this.startedAt;
		this.text += text;
		this.marks.push({ end: this.text.length, logProbability });
		const end = this.parts.stopRules.endOf(this.text);
		if (end !== undefined) this.finish(this.text.slice(0, end), 'complete');
		this.notify();
	}

	/** The model ended by itself, so that its last line is a whole one; or its tokens ran out. */
	private finishAtEnd(stopped: boolean): void {
		const end = stopped ? this.parts.stopRules.endOf(`${this.text}\n`) : undefined;
		this.finish(this.text.slice(0, end ?? this.text.length), stopped ? 'complete' : 'cut');
	}

	private finish(text: string, ending: Ending): void {
		this.finished = { text, ending, marks: this.marks };
		this.controller.abort();
		this.parts.onFinish(this.finished);
	}

	private deadline(): { readonly passed: () => boolean; readonly cancel: () => void } {
		const controller = new AbortController();
		let passed = false;
		void this.parts.clock.delay(this.parts.timeLimitMs, controller.signal).then(() => {
			passed = true;
			this.notify();
		});
		return { passed: () => passed, cancel: () => controller.abort() };
	}

	/** A prompt that is still being computed may go on: the next keystroke needs most of it too. */
	private outOfTime(): WaitResult {
		this.late = true;
		return 'timeLimit';
	}

	private async abortUnlessWanted(): Promise<void> {
		const patience = this.late ? this.parts.timeLimitMs * 2 : orphanMs;
		await this.parts.clock.delay(patience, this.controller.signal);
		if (this.waiting === 0 && this.isRunning) this.abort();
	}

	private async change(signal: AbortSignal): Promise<void> {
		await new Promise<void>(resolve => {
			const done = (): void => {
				this.listeners.delete(done);
				signal.removeEventListener('abort', done);
				resolve();
			};
			this.listeners.add(done);
			signal.addEventListener('abort', done);
		});
	}

	private notify(): void {
		for (const listener of [...this.listeners]) listener();
	}
}
