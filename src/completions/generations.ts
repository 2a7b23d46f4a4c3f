import { type GenerateRequest, type TextGenerator } from '../generation';
import { type AnswerCache } from './answerCache';
import { budgetFor, requestFor, samplingFor } from './asking';
import { answerOf, type Call } from './call';
import { type Clock } from './clock';
import { ContextWindows, type PromptWindow } from './contextWindow';
import { type Journal } from './journal';
import { type Pace } from './pace';
import { type Place } from './place';
import { ReadingSpeeds } from './readingSpeed';
import { RunningGeneration } from './running';
import { type CompletionSettings } from './settings';
import { StopRules } from './stopRules';

/** A generation and the call it was started for. */
export interface Generation {
	readonly run: RunningGeneration;
	readonly call: Call;
}

interface GenerationsParts {
	readonly clock: Clock;
	/** Learns every first answer, waited for or not. */
	readonly cache: AnswerCache;
	readonly pace: Pace;
	readonly journal: Journal;
}

/** Asks models, and keeps the generation that runs or ran last. */
export class Generations {
	private readonly windows = new ContextWindows();
	private readonly speeds = new ReadingSpeeds();
	private last: Generation | undefined;

	constructor(private readonly parts: GenerationsParts) {}

	/** The last generation, if it is still running. */
	get running(): Generation | undefined {
		return this.last?.run.isRunning === true ? this.last : undefined;
	}

	/** Asks for an answer; `candidate` 0 is the greedy one, higher ones are variations. */
	start(generator: TextGenerator, call: Call, candidate: number): RunningGeneration {
		const { cache, clock, journal, pace } = this.parts;
		const { place, mode, settings } = call;
		// Whoever asks by hand is waiting for it.
		const timeLimitMs = settings.timeLimitMs * (call.request.trigger === 'manual' ? 3 : 1);
		const asked = call.comment?.request ?? this.fillRequest(generator, call);
		const request = { ...asked, sampling: samplingFor(candidate, settings), timeLimitMs };
		journal.engineRequest();
		if (candidate === 0) pace.noteRequest();
		const run = new RunningGeneration({
			generator,
			request,
			stopRules: new StopRules(place, mode),
			clock,
			timeLimitMs,
			onFinish: answered => {
				if (candidate === 0) cache.store(answerOf(call, [answered]));
			},
			onUsage: usage => {
				journal.usage(usage);
				if (!call.comment) this.speeds.of(generator.model).note(usage);
			},
		});
		this.last = { run, call };
		return run;
	}

	/** Has the model compute what a request at this place would begin with, when it has nothing else to do. */
	async readAhead(
		generator: TextGenerator,
		place: Place,
		settings: CompletionSettings,
		signal: AbortSignal,
	): Promise<void> {
		const window = this.windowAt(generator, place, settings);
		const request = { ...requestFor(window, place, 'line', settings), maxTokens: 1, priority: 'idle' } as const;
		for await (const event of generator.generate(request, signal))
			if (event.type === 'done') this.speeds.of(generator.model).note(event.usage);
	}

	/** Ends the last generation. */
	drop(): void {
		this.last?.run.abort();
		this.last = undefined;
	}

	/** Ends the last generation and forgets everything about documents. */
	clear(): void {
		this.drop();
		this.windows.clear();
		this.speeds.clear();
	}

	private fillRequest(generator: TextGenerator, { place, mode, settings }: Call): GenerateRequest {
		return requestFor(this.windowAt(generator, place, settings), place, mode, settings);
	}

	private windowAt({ model }: TextGenerator, place: Place, settings: CompletionSettings): PromptWindow {
		return this.windows.windowAt(place, budgetFor(model, settings, this.speeds.of(model).limitFor(model)));
	}
}
