import { type ModelInfo } from '../../generation';

/** Tokens that an answer may have: a laptop writes a thousand in a minute or two, a server four thousand. */
const longestAnswer = { local: 1024, remote: 4096 } as const;

/** How much of a model's context is kept free for the answer. */
export function answerTokens({ contextTokens, device }: Pick<ModelInfo, 'contextTokens' | 'device'>): number {
	return Math.min(device === 'remote' ? longestAnswer.remote : longestAnswer.local, Math.floor(contextTokens / 2));
}
