import { GenerationError, type ChatMessage, type ChatPrompt } from '../generation';
import { type ContextItem, type ContextText } from './context';
import { fitContext, type CountTokens, type FittedContext } from './contextBudget';
import { joinSameRole, splitTurns, type Turn } from './turns';

/** A message and what was attached to it. Attached context stays with its message, so that earlier turns keep their text. */
export interface ChatPromptMessage extends ChatMessage {
	readonly context?: readonly ContextText[];
}

export interface ChatPromptInput {
	readonly system: string;
	/** Pinned context: for the whole conversation, in an order that new items only add to. */
	readonly context: readonly ContextText[];
	/** The dialogue so far; the last message is the user's and is what will be answered. */
	readonly messages: readonly ChatPromptMessage[];
	/** Most tokens the prompt may have: the model's context less the answer. */
	readonly budgetTokens: number;
	/** Stands in for the turns that are dropped, when there are any. */
	readonly summary?: string;
}

export interface BuiltChatPrompt {
	readonly prompt: ChatPrompt;
	/** Estimate of the whole prompt's length, the model's own marks included. */
	readonly usedTokens: number;
	/** What the model does not see, for the person who asks. */
	readonly dropped: {
		readonly turns: number;
		/** Pinned or attached to the last message, and left out whole. */
		readonly context: readonly ContextItem[];
		/** Pinned or attached to the last message, and only the start is there. */
		readonly cut: readonly ContextItem[];
	};
}

/** What a model's chat template writes around a message, and around all of them, in tokens. */
const messageTokens = 8;
const frameTokens = 24;
/** Share of the budget for pinned context, and for what is attached to one message. */
const contextShare = 0.5;
/** Older turns go in blocks of this share of the budget: every drop changes the start of the prompt and so costs a whole prefill. */
const blockShare = 0.25;

/**
 * Builds the prompt of a conversation within a budget. System text, pinned context and the last message are always there; of the
 * turns before it as many of the latest as fit. While turns are only added, the text before the new ones stays the same, so the
 * engine computes only what is new.
 * @throws GenerationError promptTooLong when system text and last message alone do not fit
 */
export async function buildChatPrompt(input: ChatPromptInput, countTokens: CountTokens): Promise<BuiltChatPrompt> {
	const { budgetTokens } = input;
	const turns = splitTurns(input.messages);
	const latest = turns.at(-1);
	if (!latest) throw new GenerationError('badRequest', 'A chat prompt needs a message.');
	const countText = async (text: string): Promise<number> =>
		text === '' ? 0 : (await countTokens(text)) + messageTokens;
	const asked = await Promise.all(latest.messages.map(({ text }) => countText(text)));
	const summary = input.summary === undefined ? '' : summaryBlock(input.summary);
	let free = budgetTokens - frameTokens - (await countText(input.system)) - sum(asked);
	if (free < 0) throw tooLong(budgetTokens - free, budgetTokens);
	const limit = Math.floor(budgetTokens * contextShare);
	const pinned = await fitContext(input.context, Math.min(limit, free), countTokens);
	free -= pinned.tokens;
	const attached = await fitContext(attachedTo(latest), Math.min(limit, free), countTokens);
	free -= attached.tokens;
	const summaryTokens = await countText(summary);
	const hasSummary = summaryTokens > 0 && summaryTokens < free / 2;
	if (hasSummary) free -= summaryTokens;

	const older = await Promise.all(turns.slice(0, -1).map(turn => renderTurn(turn, limit, countTokens)));
	const kept = keepLatest(
		older.map(({ tokens }) => tokens),
		free,
		Math.floor(budgetTokens * blockShare),
	);
	const dropped = older.length - kept;
	const system = [input.system, ...pinned.blocks, ...(hasSummary && dropped > 0 ? [summary] : [])];
	const messages = joinSameRole([
		{ role: 'system', text: system.filter(text => text !== '').join('\n\n') },
		...older.slice(dropped).flatMap(turn => turn.messages),
		...withBlocks(latest, attached),
	]);
	const keptTokens = sum(older.slice(dropped).map(({ tokens }) => tokens));
	return {
		prompt: { kind: 'chat', messages },
		usedTokens: budgetTokens - free + keptTokens - (hasSummary && dropped === 0 ? summaryTokens : 0),
		dropped: {
			turns: dropped,
			context: [...pinned.dropped, ...attached.dropped],
			cut: [...pinned.cut, ...attached.cut],
		},
	};
}

interface RenderedTurn {
	readonly messages: readonly ChatMessage[];
	readonly tokens: number;
}

async function renderTurn(
	turn: Turn<ChatPromptMessage>,
	limit: number,
	countTokens: CountTokens,
): Promise<RenderedTurn> {
	const messages = withBlocks(turn, await fitContext(attachedTo(turn), limit, countTokens));
	const counts = await Promise.all(messages.map(async ({ text }) => (text === '' ? 0 : countTokens(text))));
	return { messages, tokens: sum(counts) + messageTokens * messages.length };
}

const attachedTo = (turn: Turn<ChatPromptMessage>): readonly ContextText[] =>
	turn.messages.flatMap(({ context }) => context ?? []);

/** Context stands before the words that ask about it. */
function withBlocks(turn: Turn, { blocks }: FittedContext): readonly ChatMessage[] {
	const asks = turn.messages.findIndex(({ role }) => role === 'user');
	return turn.messages.map(({ role, text }, index) => ({
		role,
		text: index === asks ? [...blocks, text].join('\n\n') : text,
	}));
}

/**
 * How many of the latest turns stay. Turns may begin only where a block of the whole conversation begins, counted from its start,
 * so that the first one that stays is the same for many turns.
 */
function keepLatest(tokens: readonly number[], free: number, blockTokens: number): number {
	let rest = sum(tokens);
	let before = 0;
	let block = 0;
	for (const [index, count] of tokens.entries()) {
		if (before >= block * blockTokens) {
			if (rest <= free) return tokens.length - index;
			block = Math.floor(before / Math.max(1, blockTokens)) + 1;
		}
		before += count;
		rest -= count;
	}
	return 0;
}

const summaryBlock = (summary: string): string => `What was said before, in short:\n${summary}`;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function tooLong(tokens: number, budget: number): GenerationError {
	return new GenerationError(
		'promptTooLong',
		`The message and the instructions have ${tokens} tokens, but only ${budget} fit beside the answer. Shorten the message.`,
	);
}
