import * as vscode from 'vscode';
import { resolveSlashCommand, type ContextItem } from '../../chat';
import { type ChatQuestions } from '../chatQuestions';
import { mentionedItems, type ContextSources } from '../context';
import { type Attachments } from './attachments';
import { type ChatSessions } from './chatSessions';
import { type DeletedElsewhere } from './deletedElsewhere';

interface Parts {
	readonly sessions: ChatSessions;
	readonly attachments: Attachments;
	readonly sources: Pick<ContextSources, 'all'>;
	readonly questions: Pick<ChatQuestions, 'commands'>;
	readonly deleted: DeletedElsewhere;
}

/** What became of a message: it was sent, or why it goes back to the person. */
export type Sending = { readonly kind: 'sent' } | { readonly kind: 'held'; readonly reason: string };

/** Sends messages with what they name, and gives back those that would not do what they say. */
export class MessageSending {
	/** A message is looked through and not on its way yet. */
	private isLooking = false;

	constructor(private readonly parts: Parts) {}

	/** Resolves when the message was answered, or at once when it is held. */
	async send(text: string): Promise<Sending> {
		const { sessions, attachments, sources, deleted } = this.parts;
		const { current } = sessions;
		// The page sends nothing then; what comes all the same must not get lost.
		if (this.isLooking || current.phase !== 'idle') return { kind: 'held', reason: '' };
		this.isLooking = true;
		let answered: Promise<void>;
		try {
			const { items, missing } = await mentionedItems(text, sources.all, new AbortController().signal);
			const reason =
				(await deleted.check()) ??
				(missing.length > 0 ? missingWords(missing) : await this.commandProblem(text, items));
			if (reason !== undefined) return { kind: 'held', reason };
			answered = current.send(text, [...attachments.take(), ...items]);
		} finally {
			this.isLooking = false;
		}
		await answered;
		return { kind: 'sent' };
	}

	/** Asks a question in other words. What they name and is not there is left out, and what this resolves to says so. */
	async edit(turn: string, text: string): Promise<string> {
		const { sessions, sources } = this.parts;
		const { current } = sessions;
		const { items, missing } = await mentionedItems(text, sources.all, new AbortController().signal);
		void current.edit(turn, text, items);
		return missing.length > 0 ? missingWords(missing) : '';
	}

	/** Why a command would do nothing, in words; undefined when it can, or when this is none. */
	private async commandProblem(text: string, named: readonly ContextItem[]): Promise<string | undefined> {
		const { t } = vscode.l10n;
		const input = resolveSlashCommand(text, await this.parts.questions.commands());
		if (input.kind === 'message') return undefined;
		if (input.kind === 'unknown') {
			if (!input.closest) return undefined;
			const names = { name: `/${input.name}`, closest: `/${input.closest.name}` };
			return t(
				'There is no command {name}. Did you mean {closest}? To send it as words, put another word first.',
				names,
			);
		}
		const attached = this.parts.attachments.chips.filter(({ refused }) => !refused).length + named.length;
		if (attached > 0 || input.rest !== '') return undefined;
		const { name: command } = input.command;
		return t('Select some text, attach a file with #, or write the text behind /{command}.', { command });
	}
}

function missingWords(missing: readonly string[]): string {
	const { t } = vscode.l10n;
	return t('Nothing to attach was found for {names}. Correct it, or take the sign away to send it as words.', {
		names: missing.join(', '),
	});
}
