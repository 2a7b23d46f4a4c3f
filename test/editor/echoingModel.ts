import { type GenerateEvent, type GenerateRequest, type TextGenerator } from '../../src/generation';

/** What a model that computes nothing says it took. */
export const noUsage = { promptTokens: 9, reusedTokens: 0, cutTokens: 0, newTokens: 3, prefillMs: 1, decodeMs: 1 };

/** A model that says what it was asked to, and keeps the request. */
export class EchoingModel implements TextGenerator {
	readonly model = {
		id: 'echoing',
		name: 'Echoing',
		roles: ['chat'],
		tasks: [],
		contextTokens: 4000,
		device: 'cpu',
		loadMs: 0,
	} as const;
	request: GenerateRequest | undefined;

	constructor(private readonly answer: readonly string[]) {}

	/** What it was told, all messages in one. */
	get told(): string {
		const prompt = this.request?.prompt;
		return prompt?.kind === 'chat' ? prompt.messages.map(({ role, text }) => `${role}: ${text}`).join('\n\n') : '';
	}

	countTokens(text: string): Promise<number> {
		return Promise.resolve(Math.ceil(text.length / 4));
	}

	async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent> {
		this.request = request;
		for (const text of this.answer) {
			await Promise.resolve();
			yield { type: 'text', text, logProbability: -1 };
		}
		yield { type: 'done', reason: 'stop', usage: noUsage, tokenIds: [] };
	}
}
