import { assertNever } from '../base';
import {
	type Answer,
	type AnswerState,
	type Conversation,
	type Question,
	type Summary,
	type Turn,
} from './conversation';

/** What is known about an answer once it ended. */
export type AnswerEnd = Pick<Answer, 'text' | 'state' | 'error' | 'sent' | 'reasoning'>;

/** What happens in a conversation, in the order in which it is kept. Records are only ever added. */
export type SessionRecord =
	| { readonly type: 'session'; readonly id: string; readonly workspace: string; readonly at: number }
	| ({ readonly type: 'question' } & Omit<Question, 'kind'>)
	/** An answer begins. */
	| ({ readonly type: 'answer' } & Omit<Answer, 'kind' | keyof AnswerEnd>)
	/** More of an answer, kept while it is written so that a crash costs little of it. */
	| { readonly type: 'text'; readonly answer: string; readonly text: string }
	/** An answer ended; `text` is all of it. */
	| ({ readonly type: 'end'; readonly answer: string } & AnswerEnd)
	/** Older turns in short, for a model that no longer sees them. */
	| ({ readonly type: 'summary' } & Summary)
	/** Which of several variants is shown. */
	| { readonly type: 'choose'; readonly turn: string }
	| { readonly type: 'rename'; readonly name: string }
	| { readonly type: 'pin'; readonly pinned: boolean };

/** The conversation after a record. One that speaks of turns that are not there does as much as it can: files get damaged. */
export function applyRecord(conversation: Conversation, record: SessionRecord): Conversation {
	switch (record.type) {
		case 'session':
			return { ...conversation, workspace: record.workspace, createdAt: record.at };
		case 'question': {
			const { type, ...question } = record;
			return withTurn(conversation, { ...question, kind: type });
		}
		case 'answer': {
			const { type, ...answer } = record;
			return withTurn(conversation, { ...answer, kind: type, text: '', state: 'answering' });
		}
		case 'text':
			return withAnswer(conversation, record.answer, answer => ({ ...answer, text: answer.text + record.text }));
		case 'end': {
			const { type, answer: id, ...end } = record;
			return withAnswer(conversation, id, answer => ({ ...answer, ...end }));
		}
		case 'summary': {
			const { type, ...summary } = record;
			return { ...conversation, summaries: new Map([...conversation.summaries, [summary.upTo, summary]]) };
		}
		case 'choose': {
			const turn = conversation.turns.get(record.turn);
			return turn ? { ...conversation, chosen: choose(conversation, turn) } : conversation;
		}
		case 'rename':
			return { ...conversation, name: record.name };
		case 'pin':
			return { ...conversation, pinned: record.pinned };
		default:
			return assertNever(record);
	}
}

/** The conversation while an answer is being thought about. Thoughts are kept with the end of the answer only. */
export function addReasoning(conversation: Conversation, id: string, text: string): Conversation {
	return withAnswer(conversation, id, answer => ({ ...answer, reasoning: (answer.reasoning ?? '') + text }));
}

/** The conversation with what another window added. What is shown here stays: two windows may go different ways. */
export function mergeRecords(conversation: Conversation, records: readonly SessionRecord[]): Conversation {
	const merged = records.reduce(applyRecord, conversation);
	return { ...merged, chosen: new Map([...merged.chosen, ...conversation.chosen]) };
}

/** The records that make this conversation, for a file of its own. */
export function recordsOf(conversation: Conversation): readonly SessionRecord[] {
	const { id, workspace, createdAt, turns, summaries, chosen, name, pinned } = conversation;
	return [
		{ type: 'session', id, workspace, at: createdAt },
		...[...turns.values()].flatMap(turnRecords),
		...[...summaries.values()].map((summary): SessionRecord => ({ type: 'summary', ...summary })),
		...[...chosen.values()].map((turn): SessionRecord => ({ type: 'choose', turn })),
		...(name === undefined ? [] : [{ type: 'rename', name } as const]),
		...(pinned ? [{ type: 'pin', pinned } as const] : []),
	];
}

function turnRecords(turn: Turn): readonly SessionRecord[] {
	if (turn.kind === 'question') {
		const { kind, ...question } = turn;
		return [{ type: kind, ...question }];
	}
	const { kind, text, state, error, sent, reasoning, ...answer } = turn;
	const facts = { ...(error && { error }), ...(sent && { sent }), ...(reasoning !== undefined && { reasoning }) };
	const end = { type: 'end', answer: turn.id, text, state, ...facts } as const;
	return state === 'answering' ? [{ type: kind, ...answer }] : [{ type: kind, ...answer }, end];
}

/** The conversation after its process is gone: what was being answered then is interrupted. */
export function interruptAnswers(conversation: Conversation): Conversation {
	const state: AnswerState = 'interrupted';
	const turns = [...conversation.turns].map(([id, turn]): [string, Turn] => [
		id,
		turn.kind === 'answer' && turn.state === 'answering' ? { ...turn, state } : turn,
	]);
	return { ...conversation, turns: new Map(turns) };
}

/** Adds a turn, once, where it belongs; after the newest turn when its parent was lost. */
function withTurn(conversation: Conversation, turn: Turn): Conversation {
	const { turns } = conversation;
	if (turns.has(turn.id)) return conversation;
	const isLost = turn.parent !== undefined && !turns.has(turn.parent);
	const newest = [...turns.keys()].at(-1);
	const placed = isLost ? placedAfter(turn, newest) : turn;
	return {
		...conversation,
		turns: new Map([...turns, [placed.id, placed]]),
		chosen: choose(conversation, placed),
	};
}

/** An answer whose question was lost opens the conversation when nothing else is left, under its lost parent's name. */
function placedAfter(turn: Turn, newest: string | undefined): Turn {
	if (newest !== undefined) return { ...turn, parent: newest };
	return turn.kind === 'question' ? { ...turn, parent: undefined } : { ...turn, parent: '' };
}

function withAnswer(conversation: Conversation, id: string, change: (answer: Answer) => Answer): Conversation {
	const turn = conversation.turns.get(id);
	if (turn?.kind !== 'answer') return conversation;
	return { ...conversation, turns: new Map([...conversation.turns, [id, change(turn)]]) };
}

const choose = ({ chosen }: Conversation, turn: Turn): ReadonlyMap<string, string> =>
	new Map([...chosen, [turn.parent ?? '', turn.id]]);
