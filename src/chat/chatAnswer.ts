import { untilAborted } from '../base';
import {
	type ChatMessage,
	type ChatPrompt,
	type DoneReason,
	type GenerateEvent,
	type GenerateRequest,
	type ModelInfo,
	type TextGenerator,
	type Usage,
} from '../generation';
import { type ContextItem, type ContextRefusal, type ContextText } from './context';
import { type CountTokens } from './contextBudget';
import { type Answer, type OlderThanPrompt, type SentText, type Summary, type Turn } from './conversation';
import { type OlderTurns, type SummaryRequest } from './olderTurns';

/** What a prompt took and what had to stay out of it. */
export interface PromptUsage {
	readonly usedTokens: number;
	readonly budgetTokens: number;
	readonly droppedTurns: number;
	/** Of these, how many the model saw in short. */
	readonly summarizedTurns: number;
	/** Left out whole, and left out but for their start. */
	readonly droppedContext: readonly ContextItem[];
	readonly cutContext: readonly ContextItem[];
	readonly refused: readonly ContextRefusal[];
}

export type AnswerEvent =
	| {
			readonly type: 'begin';
			readonly model: string;
			readonly device: string;
			readonly usage: PromptUsage;
			readonly given: readonly ContextItem[];
			readonly older?: OlderThanPrompt;
			/** A summary to ask for after the answer. */
			readonly due?: SummaryRequest;
	  }
	| { readonly type: 'text' | 'reasoning'; readonly text: string }
	| ({ readonly type: 'end'; readonly reason: DoneReason } & Pick<Answer, 'sent' | 'reasoning'>);

/** Where an answer comes from. */
export interface AnswerParts {
	/** The chat model, loaded. @throws GenerationError */
	generator(): Promise<TextGenerator>;
	readContext(item: ContextItem, signal: AbortSignal): Promise<ContextText | ContextRefusal>;
	/** Whether turns that no longer fit are summarized. */
	summarizes(): boolean;
	/** Makes a prompt of at most so many tokens. @throws GenerationError promptTooLong */
	buildPrompt(messages: readonly AttachedMessage[], budget: PromptBudget, signal: AbortSignal): Promise<FittedPrompt>;
}

/** How long a prompt may be, and how that is measured. */
export interface PromptBudget {
	readonly budgetTokens: number;
	readonly countTokens: CountTokens;
	/** What becomes of turns that do not fit; absent: they are left out. */
	readonly older?: OlderTurns;
}

/** A message with the texts that were attached to it. */
export interface AttachedMessage extends ChatMessage {
	readonly id: string;
	readonly context: readonly ContextText[];
}

/** A prompt that fits, and what was left out for it. */
export interface FittedPrompt {
	readonly prompt: ChatPrompt;
	readonly usedTokens: number;
	/** The places whose text is in it: what the answer may cite. */
	readonly given: readonly ContextItem[];
	readonly dropped: {
		readonly turns: number;
		readonly context: readonly ContextItem[];
		readonly cut: readonly ContextItem[];
	};
	readonly older?: OlderThanPrompt;
	readonly due?: SummaryRequest;
}

/** A question with all that was said before it, and what was summarized of that. */
export interface AskedQuestion {
	readonly path: readonly Turn[];
	readonly summaries: readonly Summary[];
}

/** Tokens that an answer may have: a laptop writes a thousand in a minute or two, a server four thousand. */
const longestAnswer = { local: 1024, remote: 4096 } as const;

/** Answers the last question of a path. Aborting ends it with `cancelled`. @throws GenerationError */
export async function* answerQuestion(
	parts: AnswerParts,
	asked: AskedQuestion,
	signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
	// Loading a model takes seconds, and nobody who pressed Stop waits for it.
	const ready = await untilAborted(prepare(parts, asked, signal), signal);
	if (!ready) return yield { type: 'end', reason: 'cancelled' };
	const { generator, request, ...facts } = ready;
	const { name, device } = generator.model;
	yield { type: 'begin', model: name, device, ...facts };
	for await (const event of generator.generate(request, signal)) {
		if (event.type !== 'done') yield { type: event.type, text: event.text };
		else yield endOf(event, generator.model);
	}
}

/** Summarizes turns that will soon be too many. Undefined when it was stopped or came to nothing. @throws GenerationError */
export async function summarizeTurns(
	{ generator: load }: Pick<AnswerParts, 'generator'>,
	{ prompt, maxTokens, upTo }: SummaryRequest,
	signal: AbortSignal,
): Promise<Omit<Summary, 'at'> | undefined> {
	const generator = await untilAborted(load(), signal);
	if (!generator) return undefined;
	const { name: model, device } = generator.model;
	const sampling = { temperature: 0.2, topP: 0.95 };
	let text = '';
	for await (const event of generator.generate({ prompt, maxTokens, sampling, stop: [], priority: 'idle' }, signal)) {
		if (event.type === 'text') text += event.text;
		else if (event.type === 'done') {
			if (event.reason === 'cancelled') return undefined;
			const sent = sentText(generator.model, event.usage);
			return text.trim() === '' ? undefined : { upTo, text: text.trim(), model, device, ...(sent && { sent }) };
		}
	}
	return undefined;
}

function endOf(done: Extract<GenerateEvent, { type: 'done' }>, model: ModelInfo): AnswerEvent {
	const { reason, usage, reasoning } = done;
	const sent = sentText(model, usage);
	return { type: 'end', reason, ...(sent && { sent }), ...(reasoning !== undefined && { reasoning }) };
}

function sentText(
	{ device, host, name }: ModelInfo,
	{ promptTokens: tokens, reusedTokens: reused, estimated = false }: Usage,
): SentText | undefined {
	if (device !== 'remote') return undefined;
	return { tokens, isEstimate: estimated, ...(reused > 0 && { reused }), host: host ?? name };
}

interface ReadyRequest {
	readonly generator: TextGenerator;
	readonly request: GenerateRequest;
	readonly usage: PromptUsage;
	readonly given: readonly ContextItem[];
	readonly older?: OlderThanPrompt;
	readonly due?: SummaryRequest;
}

async function prepare(
	parts: AnswerParts,
	{ path, summaries }: AskedQuestion,
	signal: AbortSignal,
): Promise<ReadyRequest> {
	const generator = await parts.generator();
	const maxTokens = answerTokens(generator.model);
	const budgetTokens = generator.model.contextTokens - maxTokens;
	const read = await Promise.all(path.map(turn => attach(parts, turn, signal)));
	const messages = read.map(({ message }) => message).filter(({ text }) => text !== '');
	const countTokens = (text: string): Promise<number> => generator.countTokens(text);
	const budget = { budgetTokens, countTokens, ...(parts.summarizes() && { older: { summaries } }) };
	const { prompt, usedTokens, dropped, older, due, ...built } = await parts.buildPrompt(messages, budget, signal);
	const given = built.given.filter(({ path }) => path !== undefined);
	const usage: PromptUsage = {
		usedTokens,
		budgetTokens,
		droppedTurns: dropped.turns,
		summarizedTurns: older?.summarized ?? 0,
		droppedContext: dropped.context,
		cutContext: dropped.cut,
		refused: read.flatMap(({ refused }) => refused),
	};
	const facts = { usage, given, ...(older && { older }), ...(due && { due }) };
	return { generator, request: requestFor(prompt, maxTokens), ...facts };
}

/** How much of a model's context is kept free for the answer. */
export function answerTokens({ contextTokens, device }: Pick<ModelInfo, 'contextTokens' | 'device'>): number {
	return Math.min(device === 'remote' ? longestAnswer.remote : longestAnswer.local, Math.floor(contextTokens / 2));
}

function requestFor(prompt: ChatPrompt, maxTokens: number): GenerateRequest {
	return { prompt, maxTokens, sampling: { temperature: 0.7, topP: 0.95 }, stop: [], priority: 'chat' };
}

/** A turn as a message, what was attached to it read now: a file that changed is sent as it is. */
async function attach(
	parts: AnswerParts,
	turn: Turn,
	signal: AbortSignal,
): Promise<{ readonly message: AttachedMessage; readonly refused: readonly ContextRefusal[] }> {
	const { id, text } = turn;
	if (turn.kind === 'answer') return { message: { id, role: 'assistant', text, context: [] }, refused: [] };
	const read = await Promise.all(turn.context.map(item => parts.readContext(item, signal)));
	const context = read.filter(result => 'text' in result);
	return {
		message: { id, role: 'user', text, context },
		refused: read.filter(result => 'refused' in result),
	};
}
