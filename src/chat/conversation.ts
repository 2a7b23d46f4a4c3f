import { type GenerationErrorCode } from '../generation';
import { type ContextItem } from './context';

/** What a person asked. */
export interface Question {
	readonly kind: 'question';
	readonly id: string;
	/** The answer it follows; undefined for the first one. */
	readonly parent: string | undefined;
	readonly text: string;
	readonly context: readonly ContextItem[];
	/** Milliseconds since 1970. */
	readonly at: number;
}

/** 'cut': the answer was as long as it may be. 'interrupted': the process that wrote it ended in the middle. */
export const answerStates = ['answering', 'complete', 'stopped', 'cut', 'interrupted', 'failed'] as const;
export type AnswerState = (typeof answerStates)[number];

/** What a model answered. */
export interface Answer {
	readonly kind: 'answer';
	readonly id: string;
	/** The question. */
	readonly parent: string;
	readonly text: string;
	/** Name of the model and where it ran. */
	readonly model: string;
	readonly device: string;
	readonly state: AnswerState;
	/** Why it failed. */
	readonly error?: GenerationErrorCode | 'unknown';
	/** The places that the model was given and the answer may cite. */
	readonly given?: readonly ContextItem[];
	/** Turns that the model did not see for it; absent when it saw all. */
	readonly older?: OlderThanPrompt;
	/** What left the machine for it, once it is complete; absent for an answer made here. */
	readonly sent?: SentText;
	/** What a reasoning model thought before it answered. */
	readonly reasoning?: string;
	readonly at: number;
}

/** The turns that were too many for a prompt. */
export interface OlderThanPrompt {
	/** How many, and how many of them the summary stands for. */
	readonly turns: number;
	readonly summarized: number;
	/** The first message that the model saw. */
	readonly before: string;
	/** The summary that it saw, by the last turn this covers. */
	readonly upTo?: string;
}

/** What was said in the turns from the beginning to `upTo`, in short. */
export interface Summary {
	/** The last message it covers: it belongs to every path through it. */
	readonly upTo: string;
	readonly text: string;
	readonly model: string;
	readonly device: string;
	/** What left the machine for it. */
	readonly sent?: SentText;
	readonly at: number;
}

/** How much text went to a server. */
export interface SentText {
	readonly tokens: number;
	readonly isEstimate: boolean;
	/** Tokens that the server still had in its cache, where it tells. */
	readonly reused?: number;
	/** Host and port; the name of the model where the host is not known. */
	readonly host: string;
}

export type Turn = Question | Answer;

/**
 * One conversation as a tree: editing a question or answering it anew adds a sibling and keeps what was there. Plain data that
 * `applyRecord` makes from the records on disk.
 */
export interface Conversation {
	readonly id: string;
	/** What the person called it; undefined while its first question is the title. */
	readonly name: string | undefined;
	readonly pinned: boolean;
	/** Address of the workspace it was begun in; '' without one. */
	readonly workspace: string;
	readonly createdAt: number;
	readonly turns: ReadonlyMap<string, Turn>;
	/** By the last turn they cover. */
	readonly summaries: ReadonlyMap<string, Summary>;
	/** By parent, '' for the beginning: the child that is shown. */
	readonly chosen: ReadonlyMap<string, string>;
}

/** A conversation in which nothing was said. */
export function emptyConversation(id: string, workspace: string, createdAt: number): Conversation {
	const nothing = { turns: new Map(), summaries: new Map(), chosen: new Map() };
	return { id, name: undefined, pinned: false, workspace, createdAt, ...nothing };
}

/** The turns that are shown, in order: from the beginning along the chosen children. */
export function pathOf({ turns, chosen }: Conversation): readonly Turn[] {
	const path: Turn[] = [];
	for (let next = chosen.get(''); next !== undefined; next = chosen.get(next)) {
		const turn = turns.get(next);
		// A circle cannot come from `applyRecord`, but a page that hangs is the worst answer to a damaged file.
		if (!turn || path.length > turns.size) break;
		path.push(turn);
	}
	return path;
}

/** The turns with the same parent, oldest first: variants of an answer, wordings of a question. */
export function variantsOf({ turns }: Conversation, turn: Turn): readonly Turn[] {
	return [...turns.values()].filter(other => other.parent === turn.parent && other.kind === turn.kind);
}

const longestTitle = 60;

/** The name, else the first line of the first question; '' while there is neither. */
export function titleOf(conversation: Conversation): string {
	if (conversation.name !== undefined) return conversation.name;
	const first = [...conversation.turns.values()].find(turn => turn.kind === 'question');
	const line = first?.text.trim().split('\n')[0]?.trim() ?? '';
	const characters = Array.from(line);
	return characters.length > longestTitle ? `${characters.slice(0, longestTitle - 1).join('')}…` : line;
}

/** When something was last said, or the conversation was begun. */
export function lastActivity({ turns, createdAt }: Conversation): number {
	return Math.max(createdAt, ...[...turns.values()].map(turn => turn.at));
}
