import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { Emitter, type Log } from '../../base';
import {
	answerQuestion,
	ChatSession,
	summarizeTurns,
	titleOf,
	type AnswerParts,
	type SessionChange,
	type SessionRecord,
} from '../../chat';
import { HistoryError, type ChatHistory, type OpenSession } from '../../history';
import { realClock } from '../realClock';

export interface ChatSessionsParts {
	readonly history: ChatHistory;
	readonly answers: AnswerParts;
	/** Remembers which conversation a window shows. */
	readonly memory: vscode.Memento;
	readonly log: Log;
}

/** Where the window's conversation is remembered. */
const memoryKey = 'chatSession';

/** The conversations of this window: one is shown, others may still be answering. */
export class ChatSessions implements vscode.Disposable {
	private readonly changed = new Emitter<SessionChange>();
	/** Something changed in the conversation that is shown. */
	readonly onChange = this.changed.event;
	private readonly switched = new Emitter<void>();
	/** Another conversation is shown. */
	readonly onSwitch = this.switched.event;
	private readonly open = new Map<string, ChatSession>();
	private shown: ChatSession;
	/** The window's conversation was read, or there was none. */
	readonly restored: Promise<void>;

	constructor(private readonly parts: ChatSessionsParts) {
		this.shown = this.blank();
		this.restored = this.restore();
	}

	get current(): ChatSession {
		return this.shown;
	}

	/** Shows an empty conversation; the one before goes on answering. */
	startNew(): void {
		if (this.shown.conversation.turns.size > 0) this.show(this.blank());
	}

	/** Shows a conversation of the history. @throws HistoryError */
	async choose(id: string): Promise<void> {
		this.show(await this.find(id));
	}

	/** Ends and forgets a conversation whose file is about to go away. True if it was the one that is shown. */
	async forget(id: string): Promise<boolean> {
		const session = this.open.get(id) ?? (this.shown.conversation.id === id ? this.shown : undefined);
		await session?.end();
		const wasShown = session === this.shown;
		if (wasShown) this.show(this.blank());
		this.open.delete(id);
		session?.dispose();
		return wasShown;
	}

	/** Whether another window deleted the conversation that is shown. */
	async isGone(): Promise<boolean> {
		const { conversation, unsaved } = this.shown;
		if (isDeleted(unsaved)) return true;
		// One that could not be saved never had a file.
		return conversation.turns.size > 0 && unsaved === undefined && !(await this.parts.history.has(conversation.id));
	}

	/** Brings back the file of a conversation that another window deleted, and keeps what was added since. @throws HistoryError */
	async bringBack(session: ChatSession): Promise<void> {
		await this.parts.history.bringBack(session.conversation);
		await session.saveAgain();
	}

	/** A conversation to change, shown or not. @throws HistoryError */
	async find(id: string): Promise<ChatSession> {
		return this.shown.conversation.id === id ? this.shown : (this.open.get(id) ?? this.read(id));
	}

	dispose(): void {
		for (const session of new Set([...this.open.values(), this.shown])) session.dispose();
		this.changed.dispose();
		this.switched.dispose();
	}

	private async restore(): Promise<void> {
		const id = this.parts.memory.get<unknown>(memoryKey);
		if (typeof id !== 'string') return;
		try {
			const before = this.shown;
			const session = await this.read(id);
			if (this.shown === before && before.conversation.turns.size === 0) this.show(session);
		} catch (error) {
			if (!isDeleted(error))
				this.parts.log.warn(`The conversation of this window could not be opened: ${String(error)}`);
		}
	}

	private show(session: ChatSession): void {
		const before = this.shown;
		this.shown = session;
		if (before !== session && before.phase === 'idle') this.open.delete(before.conversation.id);
		this.open.set(session.conversation.id, session);
		this.remember(session);
		this.switched.fire();
	}

	/** So that the window shows it again after it was loaded anew. */
	private remember({ conversation: { id } }: ChatSession): void {
		const { memory } = this.parts;
		if (memory.get<unknown>(memoryKey) !== id) void memory.update(memoryKey, id);
	}

	private blank(): ChatSession {
		const workspace = vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
		const merging = new Merging();
		const { history } = this.parts;
		return this.make(history.create(randomUUID(), workspace?.toString() ?? '', merging.take), merging);
	}

	private async read(id: string): Promise<ChatSession> {
		const merging = new Merging();
		const opened = await this.parts.history.open(id, merging.take);
		if (opened.health === 'damaged') {
			this.parts.log.warn(`Conversation ${id} was damaged. What could be read is shown; the old file is kept as .bak.`);
			const { t } = vscode.l10n;
			const title = titleOf(opened.conversation);
			void vscode.window.showWarningMessage(
				t('Parts of "{title}" were damaged. What can be read is shown; the damaged file is kept beside it.', { title }),
			);
		}
		return this.make(opened, merging);
	}

	private make({ conversation, journal }: OpenSession, merging: Merging): ChatSession {
		const { answers, log } = this.parts;
		const session = new ChatSession(conversation, {
			journal,
			answer: (question, signal) => answerQuestion(answers, question, signal),
			summarize: (request, signal) => summarizeTurns(answers, request, signal),
			now: () => Date.now(),
			delay: (ms, signal) => realClock.delay(ms, signal),
			newId: () => randomUUID(),
			onBug: error => log.error(String(error instanceof Error ? (error.stack ?? error) : error)),
			onNoSummary: ({ code, message }) => log.warn(`Older turns could not be summarized: ${code}: ${message}`),
		});
		merging.session = session;
		session.onChange(change => {
			if (session === this.shown) {
				if (session.conversation.turns.size > 0) this.remember(session);
				this.changed.fire(change);
			} else if (session.phase === 'idle') this.open.delete(session.conversation.id);
		});
		return session;
	}
}

/** Whether a conversation could not be kept or opened because its file is gone. */
export const isDeleted = (error: unknown): boolean => error instanceof HistoryError && error.code === 'deleted';

/** Connects a file, which hears of other windows, with the session that is made from it. */
class Merging {
	session: ChatSession | undefined;
	readonly take = (records: readonly SessionRecord[]): void => this.session?.merge(records);
}
