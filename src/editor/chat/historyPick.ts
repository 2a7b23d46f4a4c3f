import * as vscode from 'vscode';
import { type ChatHistory, type SessionSummary } from '../../history';
import { type ChatSessions } from './chatSessions';

interface SessionPick extends vscode.QuickPickItem {
	readonly id: string;
}

/** Lets the person choose an earlier conversation, those of this workspace first. @throws HistoryError */
export async function pickConversation(history: ChatHistory, sessions: ChatSessions): Promise<void> {
	const { t } = vscode.l10n;
	const here = (vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri)?.toString() ?? '';
	const all = await history.list();
	const group = (label: string, found: readonly SessionSummary[]): readonly SessionPick[] =>
		found.length === 0
			? []
			: [{ label, kind: vscode.QuickPickItemKind.Separator, id: '' }, ...found.map(summary => pickOf(summary))];
	const chosen = await vscode.window.showQuickPick(
		[
			...group(
				t('This Workspace'),
				all.filter(({ workspace }) => workspace === here),
			),
			...group(
				t('Elsewhere'),
				all.filter(({ workspace }) => workspace !== here),
			),
		],
		{ placeHolder: all.length === 0 ? t('There are no conversations yet.') : t('Which conversation?') },
	);
	if (chosen) await sessions.choose(chosen.id);
}

function pickOf({ id, title, updatedAt }: SessionSummary): SessionPick {
	return { id, label: title === '' ? id : title, description: new Date(updatedAt).toLocaleString(vscode.env.language) };
}
