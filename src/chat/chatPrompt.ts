import { GenerationError, type ChatMessage, type ChatPrompt } from '../generation';
import { type ContextItem, type ContextText } from './context';
import { fitContext, type CountTokens, type FittedContext } from './contextBudget';
import { type OlderThanPrompt } from './conversation';
import { dueSummary, fitOlder } from './fitTurns';
import { withSummary, type OlderTurns, type RenderedTurn, type SummaryRequest } from './olderTurns';
import { joinSameRole, splitTurns, type Turn } from './turns';

/** A message and what was attached to it. Attached context stays with its message, so that earlier turns keep their text. */
export interface ChatPromptMessage extends ChatMessage {
	readonly context?: readonly ContextText[];
	/** Its turn in the conversation, where that is known. */
	readonly id?: string;
}

export interface ChatPromptInput {
	readonly system: string;
	/** Pinned context: for the whole conversation, in an order that new items only add to. */
	readonly context: readonly ContextText[];
	/** The dialogue so far; the last message is the user's and is what will be answered. */
	readonly messages: readonly ChatPromptMessage[];
	/** Most tokens the prompt may have: the model's context less the answer. */
	readonly budgetTokens: number;
	/** Whether summaries stand in for the turns that are dropped, and which there are. Absent: they are left out. */
	readonly older?: OlderTurns;
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
	/** The turns that are dropped, for the one who reads the conversation; absent where there are none. */
	readonly older?: OlderThanPrompt;
	/** The summary to ask for before the next question; absent when none is due. */
	readonly due?: SummaryRequest;
}

/** What a model's chat template writes around a message, and around all of them, in tokens. */
const messageTokens = 8;
const frameTokens = 24;
/** Share of the budget for pinned context, and for what is attached to one message. */
const contextShare = 0.5;

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
	const all = budgetTokens - frameTokens - (await countText(input.system));
	if (all < sum(asked)) throw tooLong(budgetTokens - all + sum(asked), budgetTokens);
	const limit = Math.floor(budgetTokens * contextShare);
	const pinned = await fitContext(input.context, Math.min(limit, all - sum(asked)), countTokens);
	const forTurns = all - pinned.tokens;
	const attached = await fitContext(attachedTo(latest), Math.min(limit, forTurns - sum(asked)), countTokens);
	const latestTokens = sum(asked) + attached.tokens;
	const turnsBefore = await Promise.all(turns.slice(0, -1).map(turn => renderTurn(turn, limit, countTokens)));
	const room = { budgetTokens, forTurns, free: forTurns - latestTokens, latestTokens };
	const older = await fitOlder(turnsBefore, room, input.older, countTokens);

	const system = [input.system, ...pinned.blocks].filter(text => text !== '').join('\n\n');
	const dialogue = [...older.kept.flatMap(turn => turn.messages), ...withBlocks(latest, attached)];
	const messages = joinSameRole([{ role: 'system', text: system }, ...withSummary(dialogue, older.summary)]);
	const { dropped, summary } = older;
	const before = turns[dropped]?.messages[0]?.id;
	const due = input.older && dueSummary({ system, older: turnsBefore, room, summaries: older.summaries, dropped });
	return {
		prompt: { kind: 'chat', messages },
		usedTokens: budgetTokens - forTurns + latestTokens + older.tokens,
		dropped: {
			turns: dropped,
			context: [...pinned.dropped, ...attached.dropped],
			cut: [...pinned.cut, ...attached.cut],
		},
		...(dropped > 0 &&
			before !== undefined && {
				older: {
					turns: dropped,
					summarized: Math.min(dropped, summary?.turns ?? 0),
					before,
					...(summary && { upTo: summary.upTo }),
				},
			}),
		...(due && { due }),
	};
}

async function renderTurn(
	turn: Turn<ChatPromptMessage>,
	limit: number,
	countTokens: CountTokens,
): Promise<RenderedTurn> {
	const messages = withBlocks(turn, await fitContext(attachedTo(turn), limit, countTokens));
	const counts = await Promise.all(messages.map(async ({ text }) => (text === '' ? 0 : countTokens(text))));
	return { messages, tokens: sum(counts) + messageTokens * messages.length, id: turn.messages.at(-1)?.id };
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

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function tooLong(tokens: number, budget: number): GenerationError {
	return new GenerationError(
		'promptTooLong',
		`The message and the instructions have ${tokens} tokens, but only ${budget} fit beside the answer. Shorten the message.`,
	);
}
