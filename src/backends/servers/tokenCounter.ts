import { LruCache } from '../../base';
import { type OpenAiTokens } from '../tokenProcess';
import { vocabularyOf } from './openAiVocabulary';
import { ServerError } from './serverError';
import { addressOf, type ServerKind } from './serverKind';
import { type Transport } from './transport';

/** An estimate on the safe side: three bytes of UTF-8 a token, where English has four or more and Chinese about three. */
export function estimateTokens(text: string): number {
	return Math.ceil(Buffer.byteLength(text) / 3);
}

export interface TokenCounterParts {
	readonly url: string;
	readonly model: string;
	readonly kind: ServerKind;
	readonly transport: Transport;
	/** Absent where nothing on this machine counts. */
	readonly tokens?: OpenAiTokens;
}

/** Undefined when this text could not be counted. */
type Count = (text: string) => Promise<number | undefined>;

/** Counts tokens with the server's own tokenizer where it has an address for that, with OpenAI's vocabulary where the model is known to
 * have it, else estimates. Lives as long as the connection's settings. */
export class TokenCounter {
	private readonly counted = new LruCache<string, number>({ maxEntries: 200, maxAgeMs: 600_000 }, () => Date.now());
	private exactly: Count | undefined;

	constructor(parts: TokenCounterParts) {
		this.exactly = this.askServer(parts) ?? askVocabulary(parts);
	}

	get kind(): 'exact' | 'estimate' {
		return this.exactly ? 'exact' : 'estimate';
	}

	async count(text: string): Promise<number> {
		if (!this.exactly || text === '') return estimateTokens(text);
		const known = this.counted.get(text);
		if (known !== undefined) return known;
		const count = await this.exactly(text);
		if (count !== undefined) this.counted.set(text, count);
		return count ?? estimateTokens(text);
	}

	private askServer({ kind, url, model, transport }: TokenCounterParts): Count | undefined {
		const endpoint = endpoints[kind];
		if (!endpoint) return undefined;
		const { base, root } = addressOf(url);
		const address = `${kind === 'sglang' ? base : root}/tokenize`;
		return async text => {
			try {
				return countIn(await transport.json(address, 'setUp', endpoint(text, model)));
			} catch (error) {
				// A server without the address, or one that keeps it for others, does not get one later; one that is away comes back.
				if (error instanceof ServerError && lasting.includes(error.step)) this.exactly = undefined;
				return undefined;
			}
		};
	}
}

const lasting: readonly ServerError['step'][] = ['key', 'path', 'model', 'request', 'format'];

function askVocabulary({ kind, model, tokens }: TokenCounterParts): Count | undefined {
	const vocabulary = vocabularyOf(kind, model);
	return tokens && vocabulary ? text => tokens.count(vocabulary, text) : undefined;
}

/** What each server's POST /tokenize takes. Sources: vLLM's online serving documentation, "Tokenizer API"; SGLang,
 * python/sglang/srt/entrypoints/openai/serving_tokenize.py (under /v1); llama.cpp tools/server/README.md; text-generation-inference docs/openapi.json. */
const endpoints: Partial<Record<ServerKind, (text: string, model: string) => object>> = {
	vllm: (text, model) => ({ model, prompt: text, add_special_tokens: false }),
	sglang: (text, model) => ({ model, prompt: text, add_special_tokens: false }),
	llamaCpp: text => ({ content: text, add_special: false }),
	tgi: text => ({ inputs: text, add_special_tokens: false }),
};

/** `{count}` (vLLM, SGLang), `{tokens: []}` (llama.cpp) or `[...]` (TGI). */
function countIn(body: unknown): number | undefined {
	if (Array.isArray(body)) return body.length;
	if (typeof body !== 'object' || body === null) return undefined;
	const { count, tokens } = body as { readonly count?: unknown; readonly tokens?: unknown };
	if (Number.isSafeInteger(count) && (count as number) >= 0) return count as number;
	return Array.isArray(tokens) ? tokens.length : undefined;
}
