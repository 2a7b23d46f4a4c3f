/** Fields of a request that a server may not know, and can do without. */
const optional = [
	'stream_options',
	'seed',
	'top_p',
	'stop',
	'temperature',
	'cache_prompt',
	't_max_predict_ms',
	'logprobs',
	'n_probs',
] as const;

type Body = Readonly<Record<string, unknown>>;

/** Remembers what a server refused, so that it is only asked once. Lives as long as the connection's settings. */
export class OptionalFields {
	private readonly refused = new Set<string>();
	private renamed = false;

	/** The body without what the server is known to refuse. */
	fit(body: Body): Body {
		const kept = Object.fromEntries(Object.entries(body).filter(([name]) => !this.refused.has(name)));
		if (!this.renamed || kept.max_tokens === undefined) return kept;
		const { max_tokens: most, ...rest } = kept;
		return { ...rest, max_completion_tokens: most };
	}

	/** Learns from what a server said about a request it called bad; false when there is nothing more to leave out. */
	learn(said: string, body: Body): boolean {
		const names = (name: string): boolean => new RegExp(`(^|[^a-z_])${name}([^a-z_]|$)`, 'i').test(said);
		// OpenAI's reasoning models: "Unsupported parameter: 'max_tokens' ... Use 'max_completion_tokens' instead."
		if (!this.renamed && said.includes('max_completion_tokens') && body.max_tokens !== undefined) {
			this.renamed = true;
			return true;
		}
		const found = optional.find(name => body[name] !== undefined && !this.refused.has(name) && names(name));
		if (found) this.refused.add(found);
		return found !== undefined;
	}
}
