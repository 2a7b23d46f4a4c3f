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
import { type TextGenerator } from '../../src/generation';

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

/** Types into documents as an editor would: every keystroke asks for a suggestion and withdraws the question before it. */
export class Typist {
	private readonly completer: Completer;
	private abort = new AbortController();
	/** When the model was asked last, in the time of performance.now(). */
	private askedAt = 0;

	constructor(load: () => Promise<TextGenerator>, settings: Partial<CompletionSettings>) {
		const all = { ...defaultCompletionSettings, ...settings };
		this.completer = new Completer({
			generator: () => {
				this.askedAt = performance.now();
				return load();
			},
			clock: realClock,
			settings: () => all,
			log: silentLog,
		});
	}

	get stats(): CompletionStats {
		return this.completer.stats;
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

	dispose(): void {
		this.abort.abort();
		this.completer.dispose();
	}
}
