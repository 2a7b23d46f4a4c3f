import { type GenerateEvent, type GenerateRequest, type ModelInfo, type TextGenerator } from '../../../src/generation';

/** What a scripted model answers: a text, or a text that ends at its length limit. */
export type Reply = string | { readonly text: string; readonly reason: 'length' };

/** A model that answers by a function and counts words and Han characters as tokens. Remembers what it was asked. */
export class ScriptedGenerator implements TextGenerator {
	readonly requests: GenerateRequest[] = [];
	readonly model: ModelInfo;

	constructor(
		model: Partial<ModelInfo>,
		private readonly reply: (text: string, request: GenerateRequest) => Reply,
	) {
		const base: ModelInfo = {
			id: 'scripted',
			name: 'Scripted',
			roles: ['chat'],
			tasks: [],
			contextTokens: 1000,
			device: 'cpu',
			loadMs: 1,
		};
		this.model = { ...base, ...model };
	}

	countTokens(text: string): Promise<number> {
		return Promise.resolve(Array.from(text.matchAll(/[a-zA-Z0-9]+|\S/gu)).length);
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
		this.requests.push(request);
		const { prompt } = request;
		const reply = this.reply('text' in prompt ? prompt.text : '', request);
		const [text, reason] = typeof reply === 'string' ? [reply, 'stop' as const] : [reply.text, reply.reason];
		for (const piece of text.match(/\s+|\S{1,3}/gu) ?? []) {
			await Promise.resolve();
			if (signal.aborted) break;
			yield { type: 'text', text: piece, logProbability: -1 };
		}
		const usage = { promptTokens: 10, reusedTokens: 1, cutTokens: 0, newTokens: 2, prefillMs: 3, decodeMs: 4 };
		yield { type: 'done', reason: signal.aborted ? 'cancelled' : reason, usage, tokenIds: [7] };
	}
}
