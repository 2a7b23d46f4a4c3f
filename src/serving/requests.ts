import { type IncomingMessage } from 'node:http';
import { GenerationError, type ChatMessage, type Sampling } from '../generation';

/** What every request says. */
export interface CommonRequest {
	readonly model: string;
	readonly maxTokens: number;
	readonly sampling: Sampling;
	readonly stop: readonly string[];
	readonly stream: boolean;
	/** The stream ends with an event that has the token numbers. */
	readonly withUsage: boolean;
}

export interface ChatRequest extends CommonRequest {
	readonly messages: readonly ChatMessage[];
}

export interface CompletionRequest extends CommonRequest {
	readonly prompt: string;
	/** What comes after the gap; '' where the text just goes on. */
	readonly suffix: string;
	/** How likely each piece of the answer was is told with it. */
	readonly withLogProbabilities: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const longestBody = 8 * 1024 * 1024;
const mostTokens = 8192;
const usualChatTokens = 1024;
/** As the protocol has it. */
const usualCompletionTokens = 16;

/** @throws GenerationError badRequest for what is too large or no JSON object */
export async function readBody(request: IncomingMessage): Promise<Fields> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		size += (chunk as Buffer).length;
		if (size > longestBody) throw bad('the body is larger than 8 MB');
		chunks.push(chunk as Buffer);
	}
	try {
		const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
		if (isFields(value)) return value;
	} catch (error) {
		throw bad('the body is not JSON', error);
	}
	throw bad('the body is no JSON object');
}

/** @throws GenerationError badRequest naming the field */
export function readChatRequest(body: Fields): ChatRequest {
	const { messages } = body;
	if (!Array.isArray(messages) || messages.length === 0)
		throw bad("'messages' must be a list with at least one message");
	return { ...readCommon(body, usualChatTokens), messages: messages.map(readMessage) };
}

/** @throws GenerationError badRequest naming the field */
export function readCompletionRequest(body: Fields): CompletionRequest {
	const prompt: unknown = Array.isArray(body.prompt) && body.prompt.length === 1 ? body.prompt[0] : body.prompt;
	if (typeof prompt !== 'string') throw bad("'prompt' must be one text");
	const suffix = body.suffix ?? '';
	if (typeof suffix !== 'string') throw bad("'suffix' must be text");
	// Of the other tokens that might have come nothing is told, however many are asked for.
	const withLogProbabilities = typeof body.logprobs === 'number';
	return { ...readCommon(body, usualCompletionTokens), prompt, suffix, withLogProbabilities };
}

function readCommon(body: Fields, usualTokens: number): CommonRequest {
	const { model, stream, stream_options: options } = body;
	if (typeof model !== 'string') throw bad("'model' must be the name of a model");
	if ((body.n ?? 1) !== 1) throw bad("'n' must be 1");
	if (Array.isArray(body.tools) && body.tools.length > 0) throw bad("'tools' are not supported");
	return {
		model,
		maxTokens: number(body, ['max_completion_tokens', 'max_tokens'], {
			from: 1,
			to: mostTokens,
			otherwise: usualTokens,
		}),
		sampling: readSampling(body),
		stop: readStop(body.stop),
		stream: stream === true,
		withUsage: isFields(options) && options.include_usage === true,
	};
}

function readSampling(body: Fields): Sampling {
	const temperature = number(body, ['temperature'], { from: 0, to: 2, otherwise: 1 });
	const topP = number(body, ['top_p'], { from: 0, to: 1, otherwise: 1 });
	const seed = number(body, ['seed'], { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER, otherwise: 0 });
	return {
		temperature,
		...(topP > 0 && topP < 1 && { topP }),
		...(typeof body.seed === 'number' && { seed: Math.abs(Math.trunc(seed)) % 2 ** 31 }),
	};
}

function readStop(stop: unknown): readonly string[] {
	const all: readonly unknown[] = Array.isArray(stop) ? stop : stop === undefined || stop === null ? [] : [stop];
	if (all.length > 16) throw bad("'stop' has more than 16 texts");
	return all.map(text => {
		if (typeof text !== 'string') throw bad("'stop' must be a text or a list of texts");
		return text;
	});
}

function readMessage(message: unknown): ChatMessage {
	const { role, content } = isFields(message) ? message : {};
	const text = textOf(content);
	if (text === undefined) throw bad("the 'content' of a message must be text");
	switch (role) {
		case 'system':
		case 'developer':
			return { role: 'system', text };
		case 'user':
		case 'assistant':
			return { role, text };
		default:
			throw bad("the 'role' of a message must be system, user or assistant");
	}
}

/** Text, or parts that all are text. */
function textOf(content: unknown): string | undefined {
	if (typeof content === 'string') return content;
	if (!Array.isArray(content)) return undefined;
	const texts = content.map(part => (isFields(part) && typeof part.text === 'string' ? part.text : undefined));
	return texts.includes(undefined) ? undefined : texts.join('');
}

function number(
	body: Fields,
	names: readonly string[],
	range: { readonly from: number; readonly to: number; readonly otherwise: number },
): number {
	const name = names.find(candidate => body[candidate] !== undefined && body[candidate] !== null);
	if (name === undefined) return range.otherwise;
	const value = body[name];
	if (typeof value !== 'number' || !Number.isFinite(value) || value < range.from) throw bad(`'${name}' is not valid`);
	return Math.min(value, range.to);
}

function bad(reason: string, cause?: unknown): GenerationError {
	return new GenerationError('badRequest', `Bad request: ${reason}.`, { cause });
}

function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
