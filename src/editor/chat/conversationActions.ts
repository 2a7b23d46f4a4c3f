import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { titleOf, type ChatSession } from '../../chat';
import {
	exportJson,
	exportMarkdown,
	HistoryError,
	importConversation,
	largestImport,
	type ChatHistory,
} from '../../history';
import { type ChatSessions } from './chatSessions';

/** What can be done with a conversation of the history, shown or not. All of it throws HistoryError. */
export class ConversationActions {
	constructor(
		private readonly history: ChatHistory,
		private readonly sessions: ChatSessions,
		/** Shows a failure of what the person asked for after the call. */
		private readonly fail: (error: unknown) => void,
	) {}

	async rename(id: string): Promise<void> {
		const session = await this.find(id);
		if (!session) return;
		const prompt = vscode.l10n.t('Name of the conversation');
		const name = await vscode.window.showInputBox({ prompt, value: titleOf(session.conversation) });
		if (name !== undefined && name.trim() !== '') await session.rename(name);
	}

	async togglePin(id: string): Promise<void> {
		const session = await this.find(id);
		await session?.pin(!session.conversation.pinned);
	}

	/** Puts a conversation aside and offers to bring it back. The offer stays after this resolved. */
	async delete(id: string): Promise<void> {
		const session = await this.find(id);
		if (!session) return;
		const wasShown = await this.sessions.forget(id);
		await this.history.delete(id);
		void this.offerUndo(id, titleOf(session.conversation), wasShown).catch(this.fail);
	}

	/** Saves a conversation where the person says, as what the name's ending says. */
	async export(id: string): Promise<void> {
		const session = await this.find(id);
		if (!session) return;
		const { conversation } = session;
		const name = titleOf(conversation)
			.replace(/[\\/:*?"<>|\p{Cc}]/gu, ' ')
			.trim();
		const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
		const target = await vscode.window.showSaveDialog({
			title: vscode.l10n.t('Export Chat...'),
			filters: { Markdown: ['md'], JSON: ['json'] },
			...(folder && { defaultUri: vscode.Uri.joinPath(folder, `${name === '' ? 'chat' : name}.md`) }),
		});
		if (!target) return;
		const isJson = target.path.toLowerCase().endsWith('.json');
		const text = isJson ? exportJson(conversation) : exportMarkdown(conversation, vscode.l10n.t('You'));
		await vscode.workspace.fs.writeFile(target, Buffer.from(text));
		vscode.window.setStatusBarMessage(vscode.l10n.t('Exported.'), 4000);
	}

	/** Adds a conversation that was exported as JSON and shows it. */
	async import(): Promise<void> {
		const title = vscode.l10n.t('Import Chat...');
		const [source] = (await vscode.window.showOpenDialog({ title, filters: { JSON: ['json'] } })) ?? [];
		if (!source) return;
		const { size } = await vscode.workspace.fs.stat(source);
		if (size > largestImport) throw new HistoryError('badImport', `${source.path} is too large`);
		const text = Buffer.from(await vscode.workspace.fs.readFile(source)).toString('utf8');
		const id = randomUUID();
		await this.history.add(id, importConversation(text, id));
		await this.sessions.choose(id);
	}

	/** A conversation in which something was said; a blank one is in no file and gets a message instead. */
	private async find(id: string): Promise<ChatSession | undefined> {
		const session = await this.sessions.find(id);
		if (session.conversation.turns.size > 0) return session;
		void vscode.window.showInformationMessage(vscode.l10n.t('Nothing was said in this conversation yet.'));
		return undefined;
	}

	private async offerUndo(id: string, title: string, wasShown: boolean): Promise<void> {
		const undo = vscode.l10n.t('Undo');
		const message = vscode.l10n.t('Deleted "{title}". It can be brought back for a day.', { title });
		if ((await vscode.window.showInformationMessage(message, undo)) !== undo) return;
		await this.history.restore(id);
		if (wasShown && this.sessions.current.conversation.turns.size === 0) await this.sessions.choose(id);
	}
}
