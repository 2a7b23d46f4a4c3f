import { type ServerKind } from './serverKind';

/**
 * What a completion asks for to be told how sure the model was of each token, at servers that are documented to tell. The number is how
 * many other tokens are told with it: as few as every server takes.
 * Sources: OpenAI API reference, "Create completion" (`logprobs`; vLLM, SGLang, DeepSeek and our own endpoint follow it);
 * llama.cpp tools/server/README.md (`n_probs` of /infill, `logprobs` of /v1/completions).
 */
export function probabilityField(kind: ServerKind | undefined, isInfill: boolean): Readonly<Record<string, number>> {
	if (isInfill) return { n_probs: 1 };
	return kind !== undefined && telling.includes(kind) ? { logprobs: 1 } : {};
}

const telling: readonly ServerKind[] = ['vllm', 'sglang', 'llamaCpp', 'openAi', 'deepSeek', 'inkling'];

/** Lower than any probability that matters, and still a number that can be summed: some servers write -9999 for "impossible". */
const lowest = -1000;

/**
 * The sum over the tokens of one event: `{token_logprobs: []}` (OpenAI's completions), `{content: [{logprob}]}` (its chats, and
 * llama.cpp's completions) or `[{logprob}]` (llama.cpp's /infill). Undefined when one of them is missing: half a sum would make the text
 * look surer than it is.
 */
export function logProbabilityOf(value: unknown): number | undefined {
	const each = listOf(value);
	if (each.length === 0 || !each.every(isLogProbability)) return undefined;
	return each.reduce((sum, one) => sum + Math.max(one, lowest), 0);
}

function listOf(value: unknown): readonly unknown[] {
	if (Array.isArray(value)) return value.map((entry: unknown) => fieldsOf(entry).logprob);
	const { token_logprobs: numbers, content } = fieldsOf(value);
	if (Array.isArray(numbers)) return numbers;
	return Array.isArray(content) ? listOf(content) : [];
}

const isLogProbability = (value: unknown): value is number => typeof value === 'number' && value <= 0;

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
