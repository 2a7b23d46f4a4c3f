import { assertNever } from '../../base';
import {
	type ChipView,
	type CommandView,
	type OlderView,
	type StatusView,
	type ToChatPanel,
	type TurnView,
} from '../../protocol';

/** Everything the chat panel shows but the draft. */
export interface ChatState {
	/** The first conversation arrived. */
	readonly isLoaded: boolean;
	readonly session: string;
	readonly title: string;
	readonly phase: 'idle' | 'waiting' | 'answering';
	readonly turns: readonly TurnView[];
	/** Turns that the model no longer sees. */
	readonly older: OlderView | undefined;
	readonly status: StatusView | undefined;
	readonly chips: readonly ChipView[];
	readonly commands: readonly CommandView[];
	/** What the picker was last answered, and for which words. */
	readonly suggestions: { readonly query: string; readonly items: readonly ChipView[] } | undefined;
	/** The latest thing to be said, counted so that the same words can be said twice. */
	readonly announcement: { readonly number: number; readonly text: string };
	/** How often the person was brought to the composer. */
	readonly focus: number;
	/** Text for the composer, counted likewise. */
	readonly compose: { readonly number: number; readonly text: string };
}

/** Before the first message. */
export const emptyChat: ChatState = {
	isLoaded: false,
	session: '',
	title: '',
	phase: 'idle',
	turns: [],
	older: undefined,
	status: undefined,
	chips: [],
	commands: [],
	suggestions: undefined,
	announcement: { number: 0, text: '' },
	focus: 0,
	compose: { number: 0, text: '' },
};

/** The panel after some messages. Turns that did not change stay the same objects, so that they are not drawn again. */
export function reduceChat(state: ChatState, messages: readonly ToChatPanel[]): ChatState {
	return messages.reduce(reduceOne, state);
}

function reduceOne(state: ChatState, message: ToChatPanel): ChatState {
	switch (message.type) {
		case 'conversation': {
			const { session, title, phase, turns, older } = message;
			return { ...state, isLoaded: true, session, title, phase, turns: keepSame(state.turns, turns), older };
		}
		case 'append':
			return withTurn(state, message.turn, turn => ({ ...turn, text: turn.text + message.text }));
		case 'appendReasoning':
			return withTurn(state, message.turn, turn => ({ ...turn, reasoning: turn.reasoning + message.text }));
		case 'status':
			return { ...state, status: message.status };
		case 'chips':
			return { ...state, chips: message.chips };
		case 'suggestions':
			return { ...state, suggestions: { query: message.query, items: message.items } };
		case 'commands':
			return { ...state, commands: message.commands };
		case 'announce':
			return { ...state, announcement: { number: state.announcement.number + 1, text: message.text } };
		case 'focus':
			return { ...state, focus: state.focus + 1 };
		case 'compose':
			return { ...state, compose: { number: state.compose.number + 1, text: message.text } };
		default:
			return assertNever(message);
	}
}

function withTurn(state: ChatState, id: string, change: (turn: TurnView) => TurnView): ChatState {
	return { ...state, turns: state.turns.map(turn => (turn.id === id ? change(turn) : turn)) };
}

function keepSame(before: readonly TurnView[], now: readonly TurnView[]): readonly TurnView[] {
	const known = new Map(before.map(turn => [turn.id, turn]));
	return now.map(turn => {
		const old = known.get(turn.id);
		return old && JSON.stringify(old) === JSON.stringify(turn) ? old : turn;
	});
}
