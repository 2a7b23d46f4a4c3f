import { type NetworkPurpose } from '../../generation';
import { ServerError } from './serverError';
import { addressOf, kindOfHost, type ServerAddress, type ServerKind } from './serverKind';
import { hostOf, type Transport } from './transport';

/** A model as a server lists it. */
export interface ServerModel {
	readonly id: string;
	/** Longest prompt plus answer in tokens, where the server tells. */
	readonly contextTokens?: number;
	/** Who the server says owns it, which gives the kind of server away. */
	readonly owner: string;
}

type Fields = Readonly<Record<string, unknown>>;
const purpose: NetworkPurpose = 'setUp';

/** The models of `GET /models`. @throws GenerationError */
export async function listModels(
	transport: Transport,
	url: string,
	signal?: AbortSignal,
): Promise<readonly ServerModel[]> {
	const body = await transport.json(`${addressOf(url).base}/models`, purpose, undefined, signal);
	const data = fieldsOf(body).data;
	if (!Array.isArray(data))
		throw new ServerError({ step: 'format' }, `${hostOf(url)} answered, but not with a list of models.`);
	return data.flatMap(entry => {
		const { id, owned_by: owner } = fieldsOf(entry);
		if (typeof id !== 'string' || id === '') return [];
		const contextTokens = contextIn(fieldsOf(entry));
		return [{ id, owner: typeof owner === 'string' ? owner : '', ...(contextTokens && { contextTokens }) }];
	});
}

/** max_model_len (vLLM, SGLang), loaded_context_length and max_context_length (LM Studio), max_context_length (Mistral),
 * context_length (gateways). llama.cpp's meta.n_ctx_train is what the model was trained with, not what the server runs. */
function contextIn(entry: Fields): number | undefined {
	const names = ['max_model_len', 'loaded_context_length', 'max_context_length', 'context_length', 'context_window'];
	return names.map(name => entry[name]).find(isContext);
}

const isContext = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 128;

/** Owners in lists of models that only one kind of server writes. */
const owners: Readonly<Record<string, ServerKind>> = {
	vllm: 'vllm',
	sglang: 'sglang',
	llamacpp: 'llamaCpp',
	library: 'ollama',
	organization_owner: 'lmStudio',
	deepseek: 'deepSeek',
	mistralai: 'mistral',
	inkling: 'inkling',
};

/** What kind of server it is and how much its model takes, as far as it tells. */
export interface Recognised {
	readonly kind: ServerKind;
	readonly contextTokens?: number;
}

/** Recognises a server by its host, its list of models, or a page that only one kind has. Pages that are missing are no error. */
export async function recogniseServer(
	transport: Transport,
	url: string,
	model: ServerModel | undefined,
	signal?: AbortSignal,
): Promise<Recognised> {
	const listed = model?.contextTokens === undefined ? {} : { contextTokens: model.contextTokens };
	const known = kindOfHost(url) ?? owners[model?.owner ?? ''];
	if (known && known !== 'llamaCpp') return { kind: known, ...listed };
	const address = addressOf(url);
	for (const probe of known === 'llamaCpp' ? [probeLlamaCpp] : [probeLlamaCpp, probeTgi, probeOllama, probeVllm]) {
		const found = await probe(transport, address, signal).catch(() => undefined);
		signal?.throwIfAborted();
		if (found) return { ...listed, ...found };
	}
	return { kind: known ?? 'unknown', ...listed };
}

type Probe = (transport: Transport, address: ServerAddress, signal?: AbortSignal) => Promise<Recognised | undefined>;

/** llama.cpp tools/server/README.md, "GET /props". */
const probeLlamaCpp: Probe = async (transport, { root }, signal) => {
	const { default_generation_settings: settings, total_slots: slots } = fieldsOf(
		await transport.json(`${root}/props`, purpose, undefined, signal),
	);
	const contextTokens = fieldsOf(settings).n_ctx;
	if (slots === undefined && settings === undefined) return undefined;
	return { kind: 'llamaCpp', ...(isContext(contextTokens) && { contextTokens }) };
};

/** huggingface/text-generation-inference, docs/openapi.json, "GET /info". */
const probeTgi: Probe = async (transport, { root }, signal) => {
	const info = fieldsOf(await transport.json(`${root}/info`, purpose, undefined, signal));
	if (info.router !== 'text-generation-router' && info.max_concurrent_requests === undefined) return undefined;
	return { kind: 'tgi', ...(isContext(info.max_total_tokens) && { contextTokens: info.max_total_tokens }) };
};

/** ollama docs/api.md, "Version". */
const probeOllama: Probe = async (transport, { root }, signal) => {
	const { version } = fieldsOf(await transport.json(`${root}/api/version`, purpose, undefined, signal));
	return typeof version === 'string' ? { kind: 'ollama' } : undefined;
};

/** vLLM's "GET /version". */
const probeVllm: Probe = async (transport, { root }, signal) => {
	const { version } = fieldsOf(await transport.json(`${root}/version`, purpose, undefined, signal));
	return typeof version === 'string' ? { kind: 'vllm' } : undefined;
};

/** What Ollama uses for a model unless it was told otherwise; longer prompts it cuts without a word. */
const ollamaContextTokens = 4096;

/** The context length that a server has given a model it has loaded; undefined where only the list of models would tell.
 * Source: docs.ollama.com/api/ps. */
export async function loadedContext(
	transport: Transport,
	{ url, kind, model }: { readonly url: string; readonly kind: ServerKind; readonly model: string },
	signal?: AbortSignal,
): Promise<number | undefined> {
	if (kind !== 'ollama') return undefined;
	const body = await transport.json(`${addressOf(url).root}/api/ps`, purpose, undefined, signal).catch(() => undefined);
	const { models } = fieldsOf(body);
	const loaded = Array.isArray(models) ? models.map(fieldsOf).find(entry => entry.model === model) : undefined;
	return isContext(loaded?.context_length) ? loaded.context_length : ollamaContextTokens;
}

function fieldsOf(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
