/** Servers whose ways beyond the common protocol are known. 'unknown' gets the common protocol and nothing else. */
export const serverKinds = [
	'vllm',
	'tgi',
	'sglang',
	'llamaCpp',
	'ollama',
	'lmStudio',
	'deepSeek',
	'dashScope',
	'mistral',
	'openAi',
	'inkling',
	'unknown',
] as const;
export type ServerKind = (typeof serverKinds)[number];

/** What people call it. */
export const serverNames: Readonly<Record<ServerKind, string>> = {
	vllm: 'vLLM',
	tgi: 'Text Generation Inference',
	sglang: 'SGLang',
	llamaCpp: 'llama.cpp',
	ollama: 'Ollama',
	lmStudio: 'LM Studio',
	deepSeek: 'DeepSeek',
	dashScope: 'DashScope',
	mistral: 'Mistral',
	openAi: 'OpenAI',
	inkling: 'Inkling',
	unknown: 'OpenAI-compatible',
};

/** Addresses of one server. */
export interface ServerAddress {
	/** Ends before '/chat/completions', such as 'http://127.0.0.1:8000/v1'. */
	readonly base: string;
	/** The same without '/v1', where servers have what the common protocol lacks. */
	readonly root: string;
}

export function addressOf(url: string): ServerAddress {
	const base = url.replace(/\/+$/, '');
	return { base, root: base.replace(/\/v\d+[a-z]*$/, '') };
}

/** The kind that a public host name gives away. */
export function kindOfHost(url: string): ServerKind | undefined {
	const { hostname } = new URL(url);
	const under = (domain: string): boolean => hostname === domain || hostname.endsWith(`.${domain}`);
	if (under('openai.com')) return 'openAi';
	if (under('deepseek.com')) return 'deepSeek';
	if (under('aliyuncs.com')) return 'dashScope';
	if (under('mistral.ai')) return 'mistral';
	return undefined;
}
