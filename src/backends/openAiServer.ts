import { createParser } from 'eventsource-parser';
import {
	GenerationError,
	type GenerateEvent,
	type GenerateRequest,
	type ModelInfo,
	type Prompt,
	type TextGenerator,
} from '../generation';
import { parseChatDelta } from './openAiMessages';

interface OpenAiServerOptions {
	/** Base address that ends before '/chat/completions', such as 'http://127.0.0.1:8000/v1'. */
	readonly url: string;
	readonly model: string;
	/** Sent as a bearer token when there is one. */
	readonly key: string | undefined;
	/** Longest wait for the next bytes, in milliseconds. */
	readonly idleTimeoutMs?: number;
}

/** A model on an OpenAI-compatible server (vLLM, llama.cpp, Ollama ...), for tasks and chat. Talks to `url` and nowhere else:
 * redirects are refused, so that a key never reaches another host. */
export class OpenAiServer implements TextGenerator {
	readonly model: ModelInfo;

	constructor(private readonly options: OpenAiServerOptions) {
		const { host } = new URL(options.url);
		// The protocol has no way to ask for the context length; 8,192 is what small deployments commonly serve.
		this.model = {
			id: options.model,
			name: `${options.model} (${host})`,
			roles: ['task', 'chat'],
			tasks: [],
			contextTokens: 8192,
			device: 'remote',
			loadMs: 0,
		};
	}

	/** An estimate on the safe side: three bytes of UTF-8 a token, where English has four or more and Chinese about three. */
	countTokens(text: string): Promise<number> {
		return Promise.resolve(Math.ceil(Buffer.byteLength(text) / 3));
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent> {
		const started = performance.now();
		let firstTextMs: number | undefined;
		let reason: 'stop' | 'length' | 'cancelled' = 'stop';
		let pieces = 0;
		try {
			for await (const delta of this.stream(request, signal)) {
				if (signal.aborted) break;
				if (delta.finish === 'length') reason = 'length';
				if (delta.text === '') continue;
				firstTextMs ??= performance.now() - started;
				pieces++;
				yield { type: 'text', text: delta.text, logProbability: 0 };
			}
		} catch (error) {
			if (!signal.aborted) throw toGenerationError(error, this.options.url);
		}
		const totalMs = performance.now() - started;
		const usage = {
			promptTokens: 0,
			reusedTokens: 0,
			cutTokens: 0,
			newTokens: pieces,
			prefillMs: firstTextMs ?? totalMs,
			decodeMs: totalMs - (firstTextMs ?? totalMs),
		};
		yield { type: 'done', reason: signal.aborted ? 'cancelled' : reason, usage, tokenIds: [] };
	}

	/** Names of the models the server offers. @throws GenerationError */
	static async models(url: string, key: string | undefined): Promise<readonly string[]> {
		try {
			const response = await fetch(`${url}/models`, {
				headers: headers(key),
				redirect: 'error',
				signal: AbortSignal.timeout(10_000),
			});
			refuse(response);
			const body = (await response.json()) as { readonly data?: unknown } | null;
			const data = Array.isArray(body?.data) ? (body.data as readonly unknown[]) : [];
			return data.flatMap(entry => {
				const id = (entry as { readonly id?: unknown } | null)?.id;
				return typeof id === 'string' ? [id] : [];
			});
		} catch (error) {
			throw toGenerationError(error, url);
		}
	}

	private async *stream(
		request: GenerateRequest,
		signal: AbortSignal,
	): AsyncGenerator<{ text: string; finish: string | undefined }> {
		const idle = new AbortController();
		const timeoutMs = this.options.idleTimeoutMs ?? 60_000;
		let timer = setTimeout(() => idle.abort(), timeoutMs);
		const events: string[] = [];
		const parser = createParser({ onEvent: event => events.push(event.data) });
		try {
			const response = await fetch(`${this.options.url}/chat/completions`, {
				method: 'POST',
				headers: { ...headers(this.options.key), 'content-type': 'application/json' },
				body: JSON.stringify(this.body(request)),
				redirect: 'error',
				signal: AbortSignal.any([signal, idle.signal]),
			});
			refuse(response);
			if (!response.body) throw new GenerationError('badResponse', 'The server sent an empty answer.');
			for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
				clearTimeout(timer);
				timer = setTimeout(() => idle.abort(), timeoutMs);
				parser.feed(chunk);
				for (let data = events.shift(); data !== undefined; data = events.shift()) {
					if (data.trim() === '[DONE]') return;
					yield parseChatDelta(data);
				}
			}
		} finally {
			clearTimeout(timer);
		}
	}

	private body(request: GenerateRequest): object {
		const { temperature, topP, seed } = request.sampling;
		return {
			model: this.options.model,
			messages: messagesOf(request.prompt).map(({ role, text }) => ({ role, content: text })),
			stream: true,
			max_tokens: request.maxTokens,
			temperature,
			...(topP === undefined ? {} : { top_p: topP }),
			...(seed === undefined ? {} : { seed }),
			// The protocol allows four.
			...(request.stop.length === 0 ? {} : { stop: request.stop.slice(0, 4) }),
		};
	}
}

function messagesOf(prompt: Prompt): Extract<Prompt, { kind: 'chat' }>['messages'] {
	if (prompt.kind === 'chat' || prompt.kind === 'task') return prompt.messages;
	throw new GenerationError('unsupportedTask', `A server is not asked for a prompt of kind '${prompt.kind}' yet.`);
}

function headers(key: string | undefined): Record<string, string> {
	return key ? { authorization: `Bearer ${key}` } : {};
}

function refuse(response: Response): void {
	if (response.ok) return;
	const what = `The server answered ${String(response.status)} ${response.statusText}.`;
	throw new GenerationError(response.status === 401 || response.status === 403 ? 'unauthorized' : 'badResponse', what);
}

function toGenerationError(error: unknown, url: string): GenerationError {
	if (error instanceof GenerationError) return error;
	if (error instanceof SyntaxError)
		return new GenerationError('badResponse', `${url} sent something that is not JSON.`, { cause: error });
	return new GenerationError('network', `${url} could not be reached or stopped answering: ${String(error)}`, {
		cause: error,
	});
}
