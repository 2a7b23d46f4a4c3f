import { GenerationError, greedy, type GenerateRequest, type Prompt } from '../../generation';
import { methodsFor, type FillMethod } from './fillMethod';
import { OpenAiServer, type OpenAiServerOptions, type ServerFacts } from './openAiServer';
import { ServerError } from './serverError';

/** A gap that any model for code can fill. */
const gap: Prompt = {
	kind: 'fill',
	prefix: 'def add(a, b):\n    return ',
	suffix: '\n\nprint(add(1, 2))\n',
	extension: 'py',
	snippets: [],
};
const greeting: Prompt = { kind: 'chat', messages: [{ role: 'user', text: 'Say OK.' }] };
const probeTokens = 8;

/** Finds the way of filling in that works, by trying each with a short gap; undefined when none does.
 * @throws GenerationError when the server cannot be asked at all */
export async function findFillMethod(
	options: OpenAiServerOptions,
	signal: AbortSignal,
): Promise<FillMethod | undefined> {
	for (const fill of methodsFor(options.facts.kind, options.model)) {
		try {
			await ask({ ...options, facts: { ...options.facts, fill } }, gap, signal);
			signal.throwIfAborted();
			return fill;
		} catch (error) {
			if (!isNotOffered(error)) throw error;
		}
	}
	return undefined;
}

/** Asks for the start of a chat answer. @throws GenerationError */
export async function tryChat(options: OpenAiServerOptions, signal: AbortSignal): Promise<void> {
	await ask(options, greeting, signal);
	signal.throwIfAborted();
}

async function ask(options: OpenAiServerOptions, prompt: Prompt, signal: AbortSignal): Promise<void> {
	const request: GenerateRequest = { prompt, maxTokens: probeTokens, sampling: greedy, stop: [], priority: 'command' };
	const events = new OpenAiServer({ ...options, purpose: 'setUp', retryDelaysMs: [] }).generate(request, signal);
	for await (const event of events) if (event.type === 'done') return;
}

/** The server is there and answers, but not to this. */
function isNotOffered(error: unknown): boolean {
	if (error instanceof ServerError) return ['path', 'request', 'format', 'model'].includes(error.step);
	return error instanceof GenerationError && error.code === 'unsupportedTask';
}

/** Reads facts that were stored; undefined when they are not of this version. */
export function readServerFacts(value: unknown): ServerFacts | undefined {
	return isFacts(value) ? value : undefined;
}

function isFacts(value: unknown): value is ServerFacts {
	return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
