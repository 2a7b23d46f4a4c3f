import * as vscode from 'vscode';
import { assertNever, type Log } from '../../base';
import { titleOf } from '../../chat';
import { parseFromChatPanel, type CommandView, type FromChatPanel, type ToChatPanel } from '../../protocol';
import { type Proposals } from '../proposal';
import { showError } from '../userErrors';
import { type Attachments } from './attachments';
import { chatPage, chatPageFolders } from './chatPage';
import { type ChatSessions } from './chatSessions';
import { type ChatStatus } from './chatStatus';
import { isPartOf, runCodeAction } from './codeActions';
import { olderTurnsView } from './olderTurnsView';
import { openCitation } from './openCitation';
import { openLink } from './openLink';
import { type MessageSending } from './sending';
import { fit, turnViews } from './turnViews';

export interface ChatViewParts {
	readonly extensionUri: vscode.Uri;
	readonly sessions: ChatSessions;
	readonly attachments: Attachments;
	readonly status: ChatStatus;
	readonly sending: MessageSending;
	readonly proposals: Proposals;
	/** What can be completed after '/'. */
	commands(): Promise<readonly CommandView[]>;
	/** Items for files dropped on the panel. */
	readonly dropped: (addresses: readonly string[]) => Promise<void>;
	readonly log: Log;
}

type Of<T extends FromChatPanel['type']> = Extract<FromChatPanel, { type: T }>;

/** Id of the view in the manifest. */
export const chatViewId = 'inkling.chat';

/** Text is sent at most this often while an answer arrives, in milliseconds: twice a frame. What is sent once a frame arrives twice in
 * one and not at all in the next. */
const batchMs = 8;

/**
 * The chat in the side bar. The page shows what it is told and holds nothing but the draft: it may be thrown away and made anew at
 * any time.
 */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
	private view: vscode.WebviewView | undefined;
	/** The page said that it listens. */
	private isReady = false;
	private readonly waiting: ToChatPanel[] = [];
	private unsent: { readonly type: 'append' | 'appendReasoning'; readonly turn: string; text: string } | undefined;
	private timer: NodeJS.Timeout | undefined;
	/** When text was sent last: what arrives later than a batch after it need not wait. */
	private flushedAt = 0;
	private isDirty = false;
	private readonly subscription: vscode.Disposable;

	constructor(private readonly parts: ChatViewParts) {
		const { sessions, attachments, status } = parts;
		this.subscription = vscode.Disposable.from(
			vscode.window.registerWebviewViewProvider(chatViewId, this),
			sessions.onChange(change => {
				if (change.kind === 'turns') this.drawSoon();
				else this.append(change.kind === 'text' ? 'append' : 'appendReasoning', change.answer, change.text);
			}),
			sessions.onSwitch(() => this.drawSoon()),
			attachments.onChange(() => this.post({ type: 'chips', chips: attachments.chips })),
			status.onChange(() => void this.sendStatus()),
		);
	}

	async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
		this.view = view;
		this.isReady = false;
		const { webview } = view;
		const roots = chatPageFolders.map(folder => vscode.Uri.joinPath(this.parts.extensionUri, folder));
		webview.options = { enableScripts: true, localResourceRoots: roots };
		webview.onDidReceiveMessage((value: unknown) => {
			const message = parseFromChatPanel(value);
			if (message) void this.receive(message).catch((error: unknown) => showError(error, this.parts.log));
		});
		view.onDidDispose(() => {
			if (this.view === view) this.view = undefined;
		});
		const page = await chatPage(webview, this.parts.extensionUri);
		// It may be closed by now.
		if (this.view === view) webview.html = page;
	}

	/** Opens the side bar at the composer and, with a text, puts it there. */
	async reveal(text?: string): Promise<void> {
		if (text !== undefined) this.postWhenReady({ type: 'compose', text });
		await vscode.commands.executeCommand(`${chatViewId}.focus`);
		this.postWhenReady({ type: 'focus' });
	}

	dispose(): void {
		clearTimeout(this.timer);
		this.subscription.dispose();
	}

	private async receive(message: FromChatPanel): Promise<void> {
		switch (message.type) {
			case 'ready':
				return this.sendEverything();
			case 'send':
			case 'stop':
			case 'regenerate':
			case 'edit':
			case 'choose':
			case 'newChat':
				return this.converse(message);
			case 'listCommands':
				return this.sendCommands();
			case 'suggest':
			case 'attach':
			case 'detach':
			case 'drop':
				return this.attach(message);
			case 'copy':
			case 'code':
				return this.use(message);
			case 'link':
				return openLink(message.address);
			case 'place':
				return this.openPlace(message);
			case 'act':
				return this.parts.status.act(message.action);
			case 'chooseModel':
				return this.parts.status.chooseModel();
			case 'chooseAssistant':
				await vscode.commands.executeCommand('inkling.chat.chooseAssistant');
				return;
			default:
				return assertNever(message);
		}
	}

	private async converse(message: Of<'send' | 'stop' | 'regenerate' | 'edit' | 'choose' | 'newChat'>): Promise<void> {
		const { sessions } = this.parts;
		const { current } = sessions;
		if (message.type === 'newChat') sessions.startNew();
		else if (message.type === 'stop') current.stop();
		else if (message.type === 'choose') await current.choose(message.turn);
		else if (message.type === 'regenerate') await current.regenerate(message.turn);
		else if (message.type === 'edit') this.announce(await this.parts.sending.edit(message.turn, message.text));
		else await this.send(message.text);
	}

	/** The page has taken the text away; what is not sent comes back to it, with the reason. */
	private async send(text: string): Promise<void> {
		const { sending, status } = this.parts;
		status.hold('');
		const outcome = await sending.send(text);
		if (outcome.kind === 'sent') return;
		status.hold(outcome.reason);
		this.post({ type: 'compose', text });
	}

	private async attach(message: Of<'suggest' | 'attach' | 'detach' | 'drop'>): Promise<void> {
		const { attachments, dropped } = this.parts;
		if (message.type === 'attach') attachments.attach(message.key);
		else if (message.type === 'detach') attachments.detach(message.key);
		else if (message.type === 'drop') await dropped(message.addresses);
		else {
			const items = await attachments.suggest(message.query);
			if (items) this.post({ type: 'suggestions', query: message.query, items });
		}
	}

	/** What is done with a turn outside the panel. The page can only name text that the conversation holds. */
	private async use(message: Of<'copy' | 'code'>): Promise<void> {
		const turn = this.parts.sessions.current.conversation.turns.get(message.turn);
		if (!turn) return;
		if (message.type === 'copy') {
			await vscode.env.clipboard.writeText(turn.text);
			this.announce(vscode.l10n.t('Copied.'));
		} else if (isPartOf(message.code, turn.text)) {
			this.announce(await runCodeAction(message.action, message.code, message.language, this.parts.proposals));
		}
	}

	/** Goes to a place that an answer cites. A place that the model was not given is none, whatever the page says. */
	private async openPlace({ turn, label }: Of<'place'>): Promise<void> {
		const answer = this.parts.sessions.current.conversation.turns.get(turn);
		if (answer?.kind === 'answer') await openCitation(answer, label);
	}

	private async sendEverything(): Promise<void> {
		await this.parts.sessions.restored;
		this.isReady = true;
		this.draw();
		this.post({ type: 'chips', chips: this.parts.attachments.chips });
		for (const message of this.waiting.splice(0)) this.post(message);
		await this.sendStatus();
		await this.sendCommands();
	}

	private async sendCommands(): Promise<void> {
		this.post({ type: 'commands', commands: [...(await this.parts.commands())] });
	}

	private async sendStatus(): Promise<void> {
		this.post({ type: 'status', status: await this.parts.status.view() });
	}

	private announce(text: string): void {
		if (text !== '') this.post({ type: 'announce', text });
	}

	/** Several changes in one go are drawn once. */
	private drawSoon(): void {
		if (this.isDirty) return;
		this.isDirty = true;
		queueMicrotask(() => this.draw());
	}

	private draw(): void {
		this.isDirty = false;
		this.unsent = undefined;
		const { conversation, phase } = this.parts.sessions.current;
		const turns = turnViews(conversation);
		const older = olderTurnsView(conversation);
		const title = fit(titleOf(conversation));
		const shown = { session: conversation.id, title, phase, turns };
		this.post({ type: 'conversation', ...shown, ...(older && { older }) });
		if (this.view) this.view.description = title;
	}

	private append(type: 'append' | 'appendReasoning', turn: string, text: string): void {
		if (this.isDirty) return;
		if (this.unsent && (this.unsent.turn !== turn || this.unsent.type !== type)) this.flush();
		if (this.unsent) this.unsent.text += text;
		else this.unsent = { type, turn, text };
		this.timer ??= setTimeout(() => this.flush(), Math.max(0, this.flushedAt + batchMs - performance.now()));
	}

	private flush(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
		this.flushedAt = performance.now();
		const { unsent } = this;
		this.unsent = undefined;
		if (unsent) this.post(unsent);
	}

	private postWhenReady(message: ToChatPanel): void {
		if (this.isReady && this.view) this.post(message);
		else this.waiting.push(message);
	}

	private post(message: ToChatPanel): void {
		if (this.isReady) void this.view?.webview.postMessage(message);
	}
}
