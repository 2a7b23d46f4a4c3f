import { join } from 'node:path';
import { totalmem } from 'node:os';
import * as vscode from 'vscode';
import { type Log } from '../../base';
import { type AnswerParts } from '../../chat';
import { type TextGenerator } from '../../generation';
import { ChatHistory } from '../../history';
import { readCatalogue, recommend } from '../../models';
import { type CommandView } from '../../protocol';
import { type Assistants } from '../assistants';
import { type ChatQuestions } from '../chatQuestions';
import { CurrentSelection, itemForUri, type ContextSources } from '../context';
import { type ChatRole, type Engines } from '../engines';
import { type PackNotice } from '../pack';
import { type Proposals } from '../proposal';
import { type Settings } from '../settings';
import { Attachments } from './attachments';
import { ChatSessions } from './chatSessions';
import { ChatStatus } from './chatStatus';
import { ChatView } from './chatView';
import { ConversationActions } from './conversationActions';
import { droppedUri } from './droppedUri';
import { DeletedElsewhere } from './deletedElsewhere';
import { showHistoryError } from './historyErrors';
import { pickConversation } from './historyPick';
import { MessageSending } from './sending';
import { suggestedModel, type SuggestedModel } from './modelCard';

export interface ChatParts {
	readonly context: Pick<vscode.ExtensionContext, 'extensionUri' | 'globalStorageUri' | 'workspaceState'>;
	readonly engines: Engines;
	readonly settings: Settings;
	readonly proposals: Proposals;
	/** Everything that can be attached to a message. */
	readonly sources: ContextSources;
	readonly questions: ChatQuestions;
	readonly assistants: Assistants;
	/** What a person is told about the model pack. */
	readonly packNotice: () => Promise<PackNotice | undefined>;
	/** Absolute path of the folder with the built-in models and the catalogue. */
	readonly modelsRoot: string;
	readonly log: Log;
}

/** The chat: its view, its commands and everything behind them. */
export function registerChat(parts: ChatParts): vscode.Disposable {
	const { context, engines, assistants, settings, proposals, log } = parts;
	const history = new ChatHistory(join(context.globalStorageUri.fsPath, 'chats'), () => Date.now());
	/** Who answers says whose model does. */
	const role = async (): Promise<ChatRole> => (await assistants.current())?.model ?? 'chat';
	const generator = async (): Promise<TextGenerator> => engines.chat(await role());
	const attachments = new Attachments({ sources: parts.sources.all, generator });
	const answers: AnswerParts = {
		generator,
		readContext: (item, signal) => attachments.read(item, signal),
		summarizes: () => settings.olderTurns === 'summarize',
		buildPrompt: (messages, budget, signal) => parts.questions.prompt(messages, budget, signal),
	};
	const sessions = new ChatSessions({ history, answers, memory: context.workspaceState, log });
	const status = new ChatStatus({
		sessions,
		model: async () => engines.chatModel(await role()),
		assistant: async () => (await assistants.current())?.title ?? '',
		pack: parts.packNotice,
		recommended: () => recommended(parts.modelsRoot, log),
		choose: async () => {
			await vscode.commands.executeCommand('inkling.model.choose', 'chat');
		},
	});
	const deleted = new DeletedElsewhere({ sessions, fail: error => void showHistoryError(error, log) });
	const view = new ChatView({
		extensionUri: context.extensionUri,
		sessions,
		attachments,
		status,
		sending: new MessageSending({ ...parts, sessions, attachments, deleted }),
		proposals,
		commands: () => commandViews(parts.questions),
		dropped: addresses => attachDropped(addresses, attachments),
		log,
	});
	void history.emptyTrash();
	return vscode.Disposable.from(
		sessions,
		status,
		deleted,
		view,
		followSelection(attachments),
		settings.onChange(event => {
			if (['chat', 'model', 'server'].some(section => event.affectsConfiguration(`inkling.${section}`)))
				status.refresh();
		}),
		engines.onStateChange(() => status.refresh()),
		assistants.onChange(() => status.refresh()),
		vscode.commands.registerCommand('inkling.chat.open', () => view.reveal()),
		...historyCommands({ history, sessions, view, log }),
		vscode.commands.registerCommand('inkling.chat.new', async () => {
			sessions.startNew();
			await view.reveal();
		}),
	);
}

/** The commands for earlier conversations, and for the one that is shown: what the list's buttons do, by keyboard. */
function historyCommands(parts: {
	readonly history: ChatHistory;
	readonly sessions: ChatSessions;
	readonly view: ChatView;
	readonly log: Log;
}): readonly vscode.Disposable[] {
	const { history, sessions, view, log } = parts;
	const fail = (error: unknown): void => void showHistoryError(error, log);
	const actions = new ConversationActions(history, sessions, fail);
	const safely = (run: () => Promise<unknown>) => (): Promise<unknown> => run().catch(fail);
	const shown = (): string => sessions.current.conversation.id;
	const { registerCommand } = vscode.commands;
	return [
		registerCommand(
			'inkling.chat.history',
			safely(async () => {
				if (await pickConversation({ history, sessions, actions, fail })) await view.reveal();
			}),
		),
		registerCommand(
			'inkling.chat.rename',
			safely(() => actions.rename(shown())),
		),
		registerCommand(
			'inkling.chat.pin',
			safely(() => actions.togglePin(shown())),
		),
		registerCommand(
			'inkling.chat.export',
			safely(() => actions.export(shown())),
		),
		registerCommand(
			'inkling.chat.delete',
			safely(() => actions.delete(shown())),
		),
		registerCommand(
			'inkling.chat.import',
			safely(() => actions.import()),
		),
	];
}

async function commandViews(questions: ChatQuestions): Promise<readonly CommandView[]> {
	return (await questions.commands()).map(({ name, title, help }) => ({ name, title, help }));
}

/** Attaches what was dropped; anything that is no address is passed over. */
async function attachDropped(addresses: readonly string[], attachments: Attachments): Promise<void> {
	for (const address of addresses) {
		const uri = droppedUri(address);
		if (uri) attachments.add(await itemForUri(uri));
	}
}

/** Keeps the selection of the active editor attached. */
function followSelection(attachments: Attachments): vscode.Disposable {
	const selection = new CurrentSelection();
	attachments.follow(selection.item);
	return vscode.Disposable.from(
		selection,
		selection.onChange(item => attachments.follow(item)),
	);
}

/** The two chat models of the catalogue that suit this machine best. */
async function recommended(modelsRoot: string, log: Log): Promise<readonly SuggestedModel[]> {
	try {
		const catalogue = await readCatalogue(join(modelsRoot, 'catalogue.json'));
		return recommend(catalogue, totalmem(), 'chat').slice(0, 2).map(suggestedModel);
	} catch (error) {
		log.warn(`The catalogue could not be read: ${String(error)}`);
		return [];
	}
}
