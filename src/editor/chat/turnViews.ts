import * as vscode from 'vscode';
import { assertNever } from '../../base';
import {
	linkCitations,
	pathOf,
	variantsOf,
	type Answer,
	type ContextItem,
	type Conversation,
	type Turn,
} from '../../chat';
import { GenerationError } from '../../generation';
import { findHiddenCharacters } from '../../prompts';
import { longestName, longestText, placeScheme, type ChipView, type TurnView } from '../../protocol';
import { describeEgress } from '../egressWords';
import { describeError } from '../userErrors';

/** Kinds of hidden characters that a note names. */
const mostNamed = 10;

/** The turns that are shown, as the panel draws them. */
export function turnViews(conversation: Conversation): TurnView[] {
	return pathOf(conversation).map(turn => ({
		id: turn.id,
		kind: turn.kind,
		text: fit(turn.kind === 'answer' ? linkedText(turn) : turn.text, longestText),
		chips: turn.kind === 'question' ? turn.context.map(item => chipOf(item)) : [],
		state: turn.kind === 'question' ? 'asked' : turn.state,
		source: turn.kind === 'answer' ? fit(sourceOf(turn)) : '',
		sent: turn.kind === 'answer' ? fit(sentOf(turn)) : '',
		reasoning: turn.kind === 'answer' ? fit(turn.reasoning ?? '', longestText) : '',
		note: turn.kind === 'answer' ? [noteOf(turn), hiddenNote(turn)].filter(note => note !== '').join(' ') : '',
		variant: variantOf(conversation, turn),
	}));
}

/** As much of a text as the page takes: a conversation from elsewhere may say anything, and one long name must not hide all of it. */
export function fit(text: string, length = longestName): string {
	return text.slice(0, length);
}

/** An attached item without anything that only the composer knows. */
export function chipOf(item: ContextItem): ChipView {
	const { kind, label, detail } = item;
	return { key: fit(keyOf(item)), kind, label: fit(label), detail: fit(detail), refused: false, implicit: false };
}

/** Tells items apart across kinds. */
export function keyOf({ kind, id }: ContextItem): string {
	return `${kind}:${id}`;
}

/** Where a model runs, as people write it; '' for one on a server, whose name says which. */
export function deviceName(device: string): string {
	return device === 'remote' ? '' : device.toUpperCase();
}

function sourceOf({ model, device }: Answer): string {
	return [model, deviceName(device)].filter(text => text !== '').join(' · ');
}

/** The words of an answer; once it is complete, with links to the places it cites. */
function linkedText({ text, state, given = [] }: Answer): string {
	return state === 'answering' ? text : linkCitations(text, given, ({ label }) => placeScheme + label);
}

function sentOf({ device, model, sent }: Answer): string {
	if (!sent) return '';
	return describeEgress(
		{ device, name: model, host: sent.host },
		{ promptTokens: sent.tokens, reusedTokens: sent.reused ?? 0, estimated: sent.isEstimate },
	);
}

function noteOf({ state, error }: Answer): string {
	const { t } = vscode.l10n;
	switch (state) {
		case 'answering':
		case 'complete':
			return '';
		case 'stopped':
			return t('Stopped.');
		case 'cut':
			return t('The answer was as long as it may be and ends here.');
		case 'interrupted':
			return t('Interrupted: VS Code, its window or its extensions ended while this was written.');
		case 'failed':
			// In a chat the way out is another one than for a command on a document.
			if (error === 'promptTooLong')
				return t(
					'The message is too long for this model. Shorten it with Edit, attach long text as a file, or choose a model that reads more.',
				);
			return describeError(error === undefined || error === 'unknown' ? error : new GenerationError(error, '')).text;
		default:
			return assertNever(state);
	}
}

/** What nobody can see in an answer, and what could disguise what its code does (S7). */
function hiddenNote({ state, text }: Answer): string {
	const found = state === 'answering' ? [] : findHiddenCharacters(text);
	if (found.length === 0) return '';
	const characters = [...new Set(found.map(({ codePoint }) => codePoint))].slice(0, mostNamed).join(', ');
	const facts = { count: found.length, characters };
	return vscode.l10n.t('The answer contains {count} invisible characters ({characters}).', facts);
}

function variantOf(conversation: Conversation, turn: Turn): TurnView['variant'] {
	const variants = variantsOf(conversation, turn);
	const index = variants.findIndex(({ id }) => id === turn.id);
	const previous = variants[index - 1]?.id;
	const next = variants[index + 1]?.id;
	return {
		number: index + 1,
		of: variants.length,
		...(previous !== undefined && { previous }),
		...(next !== undefined && { next }),
	};
}
