import * as vscode from 'vscode';
import { titleOf } from '../../chat';
import { isDeleted, type ChatSessions } from './chatSessions';

interface Parts {
	readonly sessions: ChatSessions;
	/** Shows a failure of what the person asked for. */
	fail(error: unknown): void;
}

/** Notices that another window deleted the conversation that is shown here, and asks what to do. Nothing brings it back by itself. */
export class DeletedElsewhere implements vscode.Disposable {
	/** The conversation that the person is being asked about. */
	private asking: string | undefined;
	private readonly subscription: vscode.Disposable;

	constructor(private readonly parts: Parts) {
		const { sessions } = parts;
		this.subscription = vscode.Disposable.from(
			sessions.onChange(() => {
				if (isDeleted(sessions.current.unsaved)) this.ask();
			}),
		);
	}

	/** Why a message cannot be added to what is shown; undefined when it can. Asks the person what to do. */
	async check(): Promise<string | undefined> {
		if (!(await this.parts.sessions.isGone())) return undefined;
		this.ask();
		return vscode.l10n.t('This conversation was deleted in another window. Restore it, or begin a new one.');
	}

	dispose(): void {
		this.subscription.dispose();
	}

	private ask(): void {
		const { id } = this.parts.sessions.current.conversation;
		if (this.asking === id) return;
		this.asking = id;
		void this.offer().catch((error: unknown) => this.parts.fail(error));
	}

	private async offer(): Promise<void> {
		const { t } = vscode.l10n;
		const { sessions } = this.parts;
		const session = sessions.current;
		const restore = t('Restore');
		const begin = t('New Chat');
		const title = titleOf(session.conversation);
		try {
			const chosen = await vscode.window.showWarningMessage(
				t('"{title}" was deleted in another window.', { title }),
				restore,
				begin,
			);
			if (chosen === restore) await sessions.bringBack(session);
			else if (chosen === begin && sessions.current === session) sessions.startNew();
		} finally {
			this.asking = undefined;
		}
	}
}
