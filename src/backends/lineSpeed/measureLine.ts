import { type GenerateRequest, type TextGenerator, type Usage } from '../../generation';
import { type LineSpeed } from './lineSpeed';

/** A prompt of usual length, in tokens. */
const promptTokens = 256;
/** What a key or two add to it. */
const typedTokens = 2;
/** A short line, in tokens. */
const lineTokens = 12;
/** Of the warm lines the fastest counts, because a disturbance only adds time. */
const warmLines = 4;

/**
 * Times a few short lines of a model that is loaded, each behind nearly the same prompt, as while typing. Everything else that is asked
 * goes first, and the time in which it does is not counted. Undefined when aborted, or where the model ended a line at once.
 * @param salt another number for every measurement, so that no cache knows its prompt
 * @throws what `generate` throws
 */
export async function measureLine(
	generator: TextGenerator,
	salt: number,
	signal: AbortSignal,
): Promise<LineSpeed | undefined> {
	const cold = await ask(generator, requestFor(generator, salt, 0), signal);
	if (!cold || cold.newTokens === 0) return undefined;
	let warmLineMs = Infinity;
	for (let line = 1; line <= warmLines; line++) {
		const warm = await ask(generator, requestFor(generator, salt, line), signal);
		if (!warm || warm.newTokens === 0) return undefined;
		// A model with a short context writes fewer.
		warmLineMs = Math.min(warmLineMs, ((warm.prefillMs + warm.decodeMs) * lineTokens) / warm.newTokens);
	}
	const read = cold.promptTokens - cold.reusedTokens;
	return { warmLineMs, promptTokensPerSecond: (read / Math.max(cold.prefillMs, 0.1)) * 1000 };
}

/** Undefined when it was cancelled. */
async function ask(
	generator: TextGenerator,
	request: GenerateRequest,
	signal: AbortSignal,
): Promise<Usage | undefined> {
	if (signal.aborted) return undefined;
	for await (const event of generator.generate(request, signal))
		if (event.type === 'done') return event.reason === 'cancelled' ? undefined : event.usage;
	return undefined;
}

function requestFor({ model }: TextGenerator, salt: number, line: number): GenerateRequest {
	const length = Math.max(1, Math.min(promptTokens, model.contextTokens - lineTokens - (warmLines + 1) * typedTokens));
	// Ids that every vocabulary has; the first of them tells one measurement from the other.
	const ids = Array.from({ length: length + line * typedTokens }, (_, index) => 10 + ((index * 7 + salt) % 100));
	const sampling = { temperature: 0, minTokens: lineTokens };
	// Guesses are right where a text repeats itself, which the answer to no text soon does.
	const plain = { stop: [], priority: 'idle', drafts: false, ngramCache: false } as const;
	return { prompt: { kind: 'tokens', ids }, maxTokens: lineTokens, sampling, ...plain };
}
