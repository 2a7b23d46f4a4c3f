import { logProbabilityOf } from './logProbabilities';
import { messageIn } from './refusals';
import { ServerError } from './serverError';

/** Token numbers as the server reported them. */
export interface ReportedUsage {
	readonly promptTokens: number;
	readonly reusedTokens: number;
	readonly newTokens: number;
}

/** One event of a streamed answer, whichever protocol it came in. */
export interface AnswerChunk {
	readonly text: string;
	/** Thoughts that the server keeps apart from the answer itself. */
	readonly reasoning: string;
	/** Sum of the natural-log probabilities of the tokens behind `text`; undefined where the server does not tell. */
	readonly logProbability: number | undefined;
	/** Why the answer ends here; undefined while it goes on. */
	readonly finish: 'stop' | 'length' | undefined;
	readonly usage: ReportedUsage | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an event of /chat/completions (`choices[].delta`), /completions (`choices[].text`), Mistral's and DeepSeek's
 * fill-in-the-middle (either), or llama.cpp's /infill (`content`, `stop`). Untrusted: anything else is a coded error.
 * Sources: OpenAI API reference, "Streaming events"; llama.cpp tools/server/README.md; api-docs.deepseek.com; docs.mistral.ai.
 * @throws ServerError format, or busy when the server gave up for want of room
 */
export function parseAnswerChunk(data: string): AnswerChunk {
	const chunk = parse(data);
	if (chunk.error !== undefined && chunk.error !== null)
		throw new ServerError(
			{ step: 'format', said: messageIn(chunk.error) },
			'The server reported an error while answering.',
		);
	if (Array.isArray(chunk.choices)) return fromChoices(chunk, chunk.choices);
	if (typeof chunk.content === 'string') return fromInfill(chunk, chunk.content);
	// Some servers send the usage, or a sign of life, in an event of its own.
	if (isFields(chunk.usage))
		return { text: '', reasoning: '', logProbability: undefined, finish: undefined, usage: readUsage(chunk) };
	throw new ServerError({ step: 'format' }, 'The server sent an event without choices.');
}

function parse(data: string): Fields {
	let value: unknown;
	try {
		value = JSON.parse(data);
	} catch (error) {
		const what = /^\s*<(!doctype|html)/i.test(data) ? 'a web page' : 'an event that is not JSON';
		throw new ServerError({ step: 'format' }, `The server sent ${what}.`, { cause: error });
	}
	if (!isFields(value)) throw new ServerError({ step: 'format' }, 'The server sent an event that is no object.');
	return value;
}

function fromChoices(chunk: Fields, choices: readonly unknown[]): AnswerChunk {
	const choice = isFields(choices[0]) ? choices[0] : {};
	// A server that ignores `stream` sends the whole message.
	const delta = [choice.delta, choice.message].find(isFields) ?? {};
	return {
		text: textOf(delta.content) + textOf(choice.text),
		reasoning: textOf(delta.reasoning_content) || textOf(delta.reasoning),
		logProbability: logProbabilityOf(choice.logprobs),
		finish: finishOf(choice.finish_reason),
		usage: readUsage(chunk),
	};
}

/** Text, or a list of parts of which some are text. */
function textOf(content: unknown): string {
	if (typeof content === 'string') return content;
	if (!Array.isArray(content)) return '';
	return content.map(part => (isFields(part) && typeof part.text === 'string' ? part.text : '')).join('');
}

function finishOf(reason: unknown): 'stop' | 'length' | undefined {
	if (typeof reason !== 'string' || reason === '') return undefined;
	// DeepSeek and vLLM end so when they run out of room or are shut down.
	if (reason === 'insufficient_system_resource' || reason === 'abort' || reason === 'error')
		throw new ServerError({ step: 'busy', said: reason }, `The server gave up on the answer: ${reason}.`);
	return reason === 'length' || reason === 'max_tokens' ? 'length' : 'stop';
}

function fromInfill(chunk: Fields, content: string): AnswerChunk {
	const cut = chunk.stop_type === 'limit' || chunk.stopped_limit === true;
	const finish = chunk.stop === true ? (cut ? 'length' : 'stop') : undefined;
	const logProbability = logProbabilityOf(chunk.completion_probabilities);
	return { text: content, reasoning: '', logProbability, finish, usage: finish && readInfillUsage(chunk) };
}

function readInfillUsage(chunk: Fields): ReportedUsage | undefined {
	const { tokens_predicted: newTokens, tokens_evaluated: promptTokens, timings } = chunk;
	if (!isCount(newTokens) || !isCount(promptTokens)) return undefined;
	return { promptTokens, newTokens, reusedTokens: cachedOf(timings) ?? 0 };
}

/** OpenAI's `usage`, with the cached tokens where OpenAI, vLLM, SGLang (prompt_tokens_details), DeepSeek (prompt_cache_hit_tokens) or
 * llama.cpp (timings.cache_n) tell them. */
function readUsage({ usage, timings }: Fields): ReportedUsage | undefined {
	if (!isFields(usage)) return undefined;
	const { prompt_tokens: promptTokens, completion_tokens: newTokens, prompt_tokens_details: details } = usage;
	if (!isCount(promptTokens)) return undefined;
	const cached = isFields(details) ? details.cached_tokens : undefined;
	const reused = [cached, usage.prompt_cache_hit_tokens, cachedOf(timings)].find(isCount) ?? 0;
	return { promptTokens, newTokens: isCount(newTokens) ? newTokens : 0, reusedTokens: Math.min(reused, promptTokens) };
}

function cachedOf(timings: unknown): number | undefined {
	return isFields(timings) && isCount(timings.cache_n) ? timings.cache_n : undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
