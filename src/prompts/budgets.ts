import { GenerationError } from '../generation';
import { type ModelCalls } from './modelCalls';
import { type TokenBudget } from './split';

/** How the model's context is divided between the text of one call and its answer, in tokens. */
export interface CallBudget {
	readonly part: TokenBudget;
	readonly maxTokens: number;
}

/** Fewer tokens than this hold no sentence worth working on. */
const smallestPart = 48;

/**
 * Divides what the template's own words leave free.
 * @param answerPerText how many tokens of answer one token of text may need: 1.5 for a translation
 * @throws GenerationError `promptTooLong` when the template alone fills the model's context
 */
export async function divideContext(
	calls: ModelCalls,
	kind: 'ask' | 'combine',
	answerPerText?: number,
): Promise<CallBudget> {
	const { generator, template } = calls.run;
	const free = generator.model.contextTokens - (await calls.overheadTokens(kind));
	let maxTokens = Math.min(template.maxTokens, Math.floor(free / 2));
	let tokens = free - maxTokens;
	if (answerPerText !== undefined) {
		tokens = Math.min(Math.floor(free / (1 + answerPerText)), Math.floor(template.maxTokens / answerPerText));
		maxTokens = Math.min(template.maxTokens, free - tokens);
	}
	if (tokens < smallestPart) {
		const reason = `The prompt template ${template.file} leaves ${Math.max(0, tokens)} of ${generator.model.contextTokens} tokens for the text.`;
		throw new GenerationError(
			'promptTooLong',
			`${reason} Shorten the template or choose a model with a longer context.`,
		);
	}
	return { part: { tokens, countTokens: text => generator.countTokens(text) }, maxTokens };
}
