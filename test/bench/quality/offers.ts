import { silentLog } from '../../../src/base';
import { extensionOf, languageIdOf } from '../../../src/cli/languageIds';
import { indentationOf, LineOffsets } from '../../../src/cli/place';
import { realClock } from '../../../src/cli/realClock';
import { Completer, defaultCompletionSettings, snapshotOf, type CompletionSettings } from '../../../src/completions';
import { GenerationError, greedy, type TextGenerator } from '../../../src/generation';

/** A cursor in a document. */
export interface Spot {
	readonly before: string;
	readonly after: string;
	/** Path of the document, which tells its language. */
	readonly path: string;
}

/** What the completion pipeline came to at a cursor. */
export type Offer =
	{ readonly kind: 'offered'; readonly text: string } | { readonly kind: 'none'; readonly reason: string };

export interface OfferOptions {
	readonly trigger: 'typing' | 'manual';
	readonly multiline: CompletionSettings['multiline'];
	/** The setting inkling.completion.minimumConfidence. */
	readonly minimumProbability: number;
	/** Whether n-grams of the document help the model along. */
	readonly ngramCache: boolean;
}

/** A slow or busy machine must not change what is measured, so that nothing is cut off by the clock. */
const unhurriedMs = 600_000;

/**
 * Asks the whole pipeline of the editor (trigger, context window, engine, stop rules, trims) once at a cursor, in a document of
 * its own.
 * @throws GenerationError engineStopped when the engine ended on the way; Error when the model is none for completions
 */
export async function offerAt(generator: TextGenerator, spot: Spot, options: OfferOptions): Promise<Offer> {
	const settings: CompletionSettings = {
		...defaultCompletionSettings,
		multiline: options.multiline,
		minimumProbability: options.minimumProbability,
		ngramCache: options.ngramCache,
		timeLimitMs: unhurriedMs,
		minimumDelayMs: 0,
		maximumDelayMs: 0,
		initialDelayMs: 0,
	};
	const completer = new Completer({
		generator: () => Promise.resolve(generator),
		clock: realClock,
		settings: () => settings,
		log: silentLog,
	});
	try {
		const outcome = await completer.complete(requestAt(spot, options.trigger), new AbortController().signal);
		if (outcome.kind === 'none') {
			if (outcome.reason === 'modelUnavailable')
				throw new GenerationError('engineStopped', 'The engine gave no answer.');
			if (outcome.reason === 'modelCannotComplete')
				throw new Error(`The model ${generator.model.id} cannot complete. Choose one that fills in the middle.`);
			return { kind: 'none', reason: outcome.reason };
		}
		return { kind: 'offered', text: outcome.items[0]!.text };
	} finally {
		completer.dispose();
	}
}

/** The model alone: its greedy text up to the end of the line, with nothing refused, stopped early or trimmed. */
export async function modelLineAt(
	generator: TextGenerator,
	{ before, after, path }: Spot,
	ngramCache = true,
): Promise<string> {
	const request = {
		prompt: { kind: 'fill', prefix: before, suffix: after, extension: extensionOf(path), snippets: [] },
		maxTokens: defaultCompletionSettings.lineTokens,
		sampling: greedy,
		stop: ['\n'],
		priority: 'typing',
		ngramCache,
	} as const;
	let line = '';
	for await (const event of generator.generate(request, new AbortController().signal))
		if (event.type === 'text') line += event.text;
	return line;
}

function requestAt({ before, after, path }: Spot, trigger: 'typing' | 'manual'): Parameters<Completer['complete']>[0] {
	const text = before + after;
	const extension = extensionOf(path);
	return {
		document: snapshotOf(text, languageIdOf(extension), extension, `file:///${path}`),
		position: new LineOffsets(text).positionAt(before.length),
		trigger,
		selectedText: false,
		...indentationOf(text),
		enabled: true,
	};
}
