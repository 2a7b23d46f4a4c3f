import { silentLog } from '../../src/base';
import {
	Completer,
	defaultCompletionSettings,
	snapshotOf,
	type CompletionOutcome,
	type CompletionSettings,
	type CompletionStats,
} from '../../src/completions';
import { extensionOf, languageIdOf } from '../../src/cli/languageIds';
import { indentationOf, LineOffsets } from '../../src/cli/place';
import { realClock } from '../../src/cli/realClock';
import { type GenerateEvent, type TextGenerator, type Usage } from '../../src/generation';

/** One keystroke and what came of it. Milliseconds. */
export interface Keystroke {
	readonly outcome: CompletionOutcome;
	/** From the keystroke to the answer. */
	readonly totalMs: number;
	/** Of it, on purpose: from the keystroke until the model was asked; undefined when it was not asked for this keystroke. */
	readonly pacedMs: number | undefined;
}

/** The model was waited for, and what it said was shown or found wanting. */
export function isModelAnswer({ outcome, pacedMs }: Keystroke): boolean {
	if (outcome.kind === 'suggestions') return outcome.source === 'model' || outcome.source === 'inFlight';
	// A known answer that is found wanting again was not waited for.
	return (
		pacedMs !== undefined &&
		['empty', 'tooShort', 'repetitive', 'duplicatesSuffix', 'lowConfidence'].includes(outcome.reason)
	);
}

/** Prompt tokens of the requests to the model. */
export interface PromptTokens {
	readonly all: number;
	readonly reused: number;
}

/** Types into documents as an editor would: every keystroke asks for a suggestion and withdraws the question before it. */
export class Typist {
	private readonly completer: Completer;
	private abort = new AbortController();
	/** When the model was asked last, in the time of performance.now(). */
	private askedAt = 0;
	private jumped = true;
	/** Tokens of the requests that only typing separates from the request before. */
	private typingOn: PromptTokens = { all: 0, reused: 0 };

	constructor(load: () => Promise<TextGenerator>, settings: Partial<CompletionSettings>) {
		const all = { ...defaultCompletionSettings, ...settings };
		this.completer = new Completer({
			generator: () => {
				this.askedAt = performance.now();
				return load().then(generator => this.watched(generator));
			},
			clock: realClock,
			settings: () => all,
			log: silentLog,
		});
	}

	get stats(): CompletionStats {
		return this.completer.stats;
	}

	get tokensTypingOn(): PromptTokens {
		return this.typingOn;
	}

	/** The cursor was moved, or text changed in several places. */
	jump(): void {
		this.jumped = true;
	}

	/** @param cursor offset in UTF-16 units */
	async type(path: string, text: string, cursor: number): Promise<Keystroke> {
		this.abort.abort();
		this.abort = new AbortController();
		const { signal } = this.abort;
		const start = performance.now();
		const extension = extensionOf(path);
		const outcome = await this.completer.complete(
			{
				document: snapshotOf(text, languageIdOf(extension), extension, `file:///${path}`),
				position: new LineOffsets(text).positionAt(cursor),
				trigger: 'typing',
				selectedText: false,
				...indentationOf(text),
				enabled: true,
			},
			signal,
		);
		const totalMs = performance.now() - start;
		// A later keystroke may have asked the model in the meantime; that wait is not ours.
		const pacedMs = signal.aborted || this.askedAt < start ? undefined : this.askedAt - start;
		if (outcome.kind === 'suggestions' && !signal.aborted) this.completer.didShow(outcome.items[0]!.id);
		return { outcome, totalMs, pacedMs };
	}

	private watched(generator: TextGenerator): TextGenerator {
		const typedOn = !this.jumped;
		this.jumped = false;
		const note = (event: GenerateEvent): void => {
			if (event.type === 'done' && typedOn) this.typingOn = plus(this.typingOn, event.usage);
		};
		return {
			model: generator.model,
			countTokens: text => generator.countTokens(text),
			generate: (request, signal) => tapped(generator.generate(request, signal), note),
		};
	}

	dispose(): void {
		this.abort.abort();
		this.completer.dispose();
	}
}

function plus(tokens: PromptTokens, usage: Usage): PromptTokens {
	return { all: tokens.all + usage.promptTokens, reused: tokens.reused + usage.reusedTokens };
}

async function* tapped<T>(events: AsyncIterable<T>, note: (event: T) => void): AsyncGenerator<T, void> {
	for await (const event of events) {
		note(event);
		yield event;
	}
}
