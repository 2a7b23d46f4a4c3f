import { LruCache } from '../../base';
import { addressOf, type ServerKind } from './serverKind';
import { type Transport } from './transport';

/** An estimate on the safe side: three bytes of UTF-8 a token, where English has four or more and Chinese about three. */
export function estimateTokens(text: string): number {
	return Math.ceil(Buffer.byteLength(text) / 3);
}

/** Counts tokens with the server's own tokenizer where it has an address for that, else estimates. Lives as long as the connection's
 * settings. */
export class TokenCounter {
	private readonly counted = new LruCache<string, number>({ maxEntries: 200, maxAgeMs: 600_000 }, () => Date.now());
	private exact: boolean;

	constructor(
		private readonly transport: Transport,
		private readonly server: { readonly url: string; readonly model: string; readonly kind: ServerKind },
	) {
		this.exact = endpoints[server.kind] !== undefined;
	}

	get kind(): 'exact' | 'estimate' {
		return this.exact ? 'exact' : 'estimate';
	}

	async count(text: string): Promise<number> {
		if (!this.exact || text === '') return estimateTokens(text);
		const known = this.counted.get(text);
		if (known !== undefined) return known;
		const count = await this.ask(text);
		// A server without the address does not get one later.
		if (count === undefined) this.exact = false;
		else this.counted.set(text, count);
		return count ?? estimateTokens(text);
	}

	private async ask(text: string): Promise<number | undefined> {
		const endpoint = endpoints[this.server.kind];
		if (!endpoint) return undefined;
		const url = `${addressOf(this.server.url).root}/tokenize`;
		try {
			return countIn(await this.transport.json(url, 'setUp', endpoint(text, this.server.model)));
		} catch {
			return undefined;
		}
	}
}

/** What each server's POST /tokenize takes. Sources: vLLM's online serving documentation, "Tokenizer API"; llama.cpp
 * tools/server/README.md; text-generation-inference docs/openapi.json. */
const endpoints: Partial<Record<ServerKind, (text: string, model: string) => object>> = {
	vllm: (text, model) => ({ model, prompt: text, add_special_tokens: false }),
	llamaCpp: text => ({ content: text, add_special: false }),
	tgi: text => ({ inputs: text, add_special_tokens: false }),
};

/** `{count}` (vLLM), `{tokens: []}` (llama.cpp) or `[...]` (TGI). */
function countIn(body: unknown): number | undefined {
	if (Array.isArray(body)) return body.length;
	if (typeof body !== 'object' || body === null) return undefined;
	const { count, tokens } = body as { readonly count?: unknown; readonly tokens?: unknown };
	if (Number.isSafeInteger(count) && (count as number) >= 0) return count as number;
	return Array.isArray(tokens) ? tokens.length : undefined;
}
