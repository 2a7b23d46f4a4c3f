import { type ContinuePrompt, type FillPrompt } from '../../generation';
import { fillFormatOfModel, snippetComments, type FillFormat } from '../../prompts';
import { addressOf, type ServerKind } from './serverKind';

/**
 * How a server fills in the middle: llama.cpp's /infill, the model's own control tokens in a plain prompt, `suffix` of /completions,
 * the same at DeepSeek's beta address, Mistral's /fim/completions, or, where nothing else works, the text before the cursor alone.
 */
export const fillMethods = ['infill', 'tokens', 'suffix', 'deepSeekBeta', 'fimPath', 'prefix'] as const;
export type FillMethod = (typeof fillMethods)[number];

/** What to try at a server, best first. The last one needs no support at all. */
export function methodsFor(kind: ServerKind, model: string): readonly FillMethod[] {
	const tokens: readonly FillMethod[] = fillFormatOfModel(model) ? ['tokens'] : [];
	switch (kind) {
		case 'llamaCpp':
			return ['infill', ...tokens, 'prefix'];
		case 'deepSeek':
			return ['deepSeekBeta'];
		case 'mistral':
			return ['fimPath'];
		// These put the suffix where the model's template wants it, or are not allowed to be sent control tokens.
		case 'ollama':
		case 'openAi':
		case 'inkling':
			return ['suffix', 'prefix'];
		default:
			return [...tokens, 'suffix', 'prefix'];
	}
}

/** What is sent for a prompt, apart from the fields that every request has. */
export interface FillCall {
	readonly url: string;
	readonly body: Readonly<Record<string, unknown>>;
	/** Ends of the answer that the format adds. */
	readonly stop: readonly string[];
}

/** The request for a prompt by a method. */
export function fillCall(
	method: FillMethod,
	prompt: FillPrompt | ContinuePrompt,
	url: string,
	model: string,
): FillCall {
	const { base, root } = addressOf(url);
	if (prompt.kind === 'continue') return { url: `${base}/completions`, body: { prompt: prompt.text }, stop: [] };
	const before = snippetComments(prompt.snippets, prompt.extension) + prompt.prefix;
	switch (method) {
		case 'infill':
			return { url: `${root}/infill`, body: infillBody(prompt), stop: [] };
		case 'tokens':
			return { url: `${base}/completions`, ...withTokens(fillFormatOfModel(model), before, prompt.suffix) };
		case 'suffix':
			return { url: `${base}/completions`, body: { prompt: before, suffix: prompt.suffix }, stop: [] };
		case 'deepSeekBeta':
			return { url: `${root}/beta/completions`, body: { prompt: before, suffix: prompt.suffix }, stop: [] };
		case 'fimPath':
			return { url: `${base}/fim/completions`, body: { prompt: before, suffix: prompt.suffix }, stop: [] };
		case 'prefix':
			return { url: `${base}/completions`, body: { prompt: before }, stop: [] };
	}
}

/** llama.cpp tools/server/README.md, "POST /infill". */
function infillBody({ prefix, suffix, snippets }: FillPrompt): FillCall['body'] {
	return {
		input_prefix: prefix,
		input_suffix: suffix,
		input_extra: [...snippets].reverse().map(({ path, text }) => ({ filename: path, text })),
		cache_prompt: true,
	};
}

function withTokens(format: FillFormat | undefined, prefix: string, suffix: string): Omit<FillCall, 'url'> {
	if (!format) return { body: { prompt: prefix }, stop: [] };
	const parts = format.prompt.map(part => {
		if ('token' in part) return written(part.token, part === format.prompt[0]);
		const text = part.text.replace('{suffix}', () => suffix).replace('{prefix}', () => prefix);
		return withoutTokens(text, format);
	});
	return { body: { prompt: parts.join('') }, stop: format.stop.map(bare) };
}

/** A control token as text: the space that SentencePiece's leading '▁' stands for belongs to the text beside it. */
function written(token: string, isFirst: boolean): string {
	if (bare(token) === token) return token;
	return isFirst ? `${bare(token)} ` : ` ${bare(token)}`;
}

const bare = (token: string): string => (token.startsWith('▁') ? token.slice(1) : token);

/** The server finds control tokens in all of the prompt, so that a file which contains one gets a space into it: it then means
 * nothing, as it should. */
function withoutTokens(text: string, format: FillFormat): string {
	const tokens = [...format.prompt.flatMap(part => ('token' in part ? [part.token] : [])), ...format.stop];
	return tokens
		.map(bare)
		.reduce((rest, token) => rest.replaceAll(token, `${token.slice(0, 1)} ${token.slice(1)}`), text);
}
