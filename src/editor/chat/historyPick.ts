import { posix } from 'node:path';
import * as vscode from 'vscode';
import { type ChatHistory, type SessionSummary } from '../../history';
import { type ChatSessions } from './chatSessions';
import { type ConversationActions } from './conversationActions';

type ItemAction = 'rename' | 'togglePin' | 'export' | 'delete';

interface ActionButton extends vscode.QuickInputButton {
	readonly action: ItemAction | 'import';
}

interface SessionPick extends vscode.QuickPickItem {
	readonly id: string;
	readonly buttons?: readonly ActionButton[];
}

interface Parts {
	readonly history: ChatHistory;
	readonly sessions: ChatSessions;
	readonly actions: ConversationActions;
	/** Shows a failure. */
	fail(error: unknown): void;
}

/**
 * Lists earlier conversations, those of this workspace first, finds them by their words, and has buttons for what can be done with
 * each. True when one was chosen and is shown.
 * @throws HistoryError
 */
export async function pickConversation(parts: Parts): Promise<boolean> {
	const pick = new HistoryPick(parts);
	try {
		const chosen = await pick.result();
		if (chosen === undefined) return false;
		if (chosen.action === 'open') await parts.sessions.choose(chosen.id);
		else if (chosen.action === 'import') await parts.actions.import();
		else await parts.actions[chosen.action](chosen.id);
		return chosen.action === 'open' || chosen.action === 'import';
	} finally {
		pick.dispose();
	}
}

interface Chosen {
	readonly id: string;
	readonly action: 'open' | 'import' | ItemAction;
}

/** The list while it is open. Pinning and deleting leave it open; whatever asks something more ends it. */
class HistoryPick implements vscode.Disposable {
	private readonly pick: vscode.QuickPick<SessionPick>;
	private readonly subscriptions: vscode.Disposable[] = [];
	private search = new AbortController();

	constructor(private readonly parts: Parts) {
		const { t } = vscode.l10n;
		this.pick = vscode.window.createQuickPick<SessionPick>();
		this.pick.placeholder = t('Search titles and messages');
		this.pick.matchOnDetail = true;
		const importButton: ActionButton = {
			action: 'import',
			iconPath: new vscode.ThemeIcon('cloud-upload'),
			tooltip: t('Import Chat...'),
		};
		this.pick.buttons = [importButton];
		this.subscriptions.push(this.pick.onDidChangeValue(() => this.refresh()));
	}

	/** What the person decided; undefined when they went elsewhere. */
	async result(): Promise<Chosen | undefined> {
		const decided = new Promise<Chosen | undefined>(decide => {
			const resolve = (chosen?: Chosen): void => {
				// Until what was decided is there, a new name to be typed for one, the list would swallow words that are meant for it.
				this.pick.enabled = false;
				decide(chosen);
			};
			this.subscriptions.push(
				this.pick.onDidHide(() => resolve()),
				this.pick.onDidAccept(() => {
					const [chosen] = this.pick.selectedItems;
					if (chosen) resolve({ id: chosen.id, action: 'open' });
				}),
				this.pick.onDidTriggerButton(() => resolve({ id: '', action: 'import' })),
				this.pick.onDidTriggerItemButton(({ item, button }) => {
					const { action } = button as ActionButton;
					if (action === 'togglePin' || action === 'delete') void this.change(action, item.id);
					else resolve({ id: item.id, action });
				}),
			);
		});
		this.pick.show();
		this.refresh();
		return decided;
	}

	dispose(): void {
		this.search.abort();
		vscode.Disposable.from(...this.subscriptions, this.pick).dispose();
	}

	private async change(action: 'togglePin' | 'delete', id: string): Promise<void> {
		try {
			await this.parts.actions[action](id);
			this.refresh();
		} catch (error) {
			this.parts.fail(error);
		}
	}

	private refresh(): void {
		void this.list().catch((error: unknown) => this.parts.fail(error));
	}

	/** Shows what was found for the words that are typed; an older search never overwrites a newer one. */
	private async list(): Promise<void> {
		this.search.abort();
		const search = new AbortController();
		this.search = search;
		this.pick.busy = true;
		const { history } = this.parts;
		const query = this.pick.value.trim();
		const found = query === '' ? await history.list() : await history.search(query, search.signal);
		if (search.signal.aborted) return;
		this.pick.items = grouped(found);
		if (query === '' && found.length === 0) this.pick.placeholder = vscode.l10n.t('There are no conversations yet.');
		this.pick.busy = false;
	}
}

type Found = SessionSummary & { readonly excerpt?: string };

function grouped(found: readonly Found[]): readonly SessionPick[] {
	const { t } = vscode.l10n;
	const here = hereAddress();
	const group = (label: string, summaries: readonly Found[]): readonly SessionPick[] =>
		summaries.length === 0
			? []
			: [{ label, kind: vscode.QuickPickItemKind.Separator, id: '' }, ...summaries.map(pickOf)];
	return [
		...group(
			t('This Workspace'),
			found.filter(({ workspace }) => workspace === here),
		),
		...group(
			t('Elsewhere'),
			found.filter(({ workspace }) => workspace !== here),
		),
	];
}

function pickOf(found: Found): SessionPick {
	const { t } = vscode.l10n;
	const { id, title, updatedAt, pinned, excerpt } = found;
	const button = (action: ItemAction, icon: string, tooltip: string): ActionButton => ({
		action,
		iconPath: new vscode.ThemeIcon(icon),
		tooltip,
	});
	const time = new Date(updatedAt).toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
	return {
		id,
		label: `${pinned ? '$(pinned) ' : ''}${escapeIcons(title === '' ? id : title)}`,
		description: [...(pinned ? [t('pinned')] : []), time, ...placeOf(found)].join(' · '),
		...(excerpt !== undefined && { detail: escapeIcons(excerpt) }),
		// It was found by its messages, which the list itself does not see.
		alwaysShow: excerpt !== undefined,
		buttons: [
			button('rename', 'edit', t('Rename')),
			pinned ? button('togglePin', 'pinned', t('Unpin')) : button('togglePin', 'pin', t('Pin')),
			button('export', 'export', t('Export...')),
			button('delete', 'trash', t('Delete')),
		],
	};
}

/** The name of another workspace, which may be gone by now. */
function placeOf({ workspace }: Found): readonly string[] {
	return workspace === '' || workspace === hereAddress()
		? []
		: [posix.basename(workspace.replace(/\.code-workspace$/, ''))].map(decode);
}

function decode(name: string): string {
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}

const hereAddress = (): string =>
	(vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri)?.toString() ?? '';

/** Words of a conversation that look like an icon stay words. */
const escapeIcons = (text: string): string => text.replace(/\$\(/g, '$\u200b(');
