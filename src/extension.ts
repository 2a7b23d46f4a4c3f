import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Log } from './base';
import { Completer, defaultCompletionSettings, type CompletionSettings } from './completions';
import * as editor from './editor';
import { type TemplateLibrary } from './prompts';

/** Connects the rooms. Nothing here waits: models load in their own process, after this returns. */
export function activate(context: vscode.ExtensionContext): void {
	const own = <T extends { dispose(): unknown }>(disposable: T): T => {
		context.subscriptions.push(disposable);
		return disposable;
	};
	const errors = new editor.RecentErrors(Date.now);
	const log = errors.listenTo(own(editor.createLog()));
	const settings = own(new editor.Settings());
	const enablement = own(new editor.Enablement(settings));
	const modelsRoot = join(context.extensionPath, 'models');
	const store = editor.createModelStore(context, log);
	const servers = own(new editor.Servers({ context, settings, log }));
	const { server, egress } = servers;
	const entry = join(context.extensionPath, 'dist', 'engine.js');
	const chooser = editor.createDeviceChooser(context, entry, settings, log);
	const sharedFolder = sharedEngines(context, settings);
	const { pack, watching } = editor.createPack({ context, entry, proofsFolder: chooser.proofsFolder, log });
	own(watching);
	const models = { entry, modelsRoot, store, pack, chooser, sharedFolder };
	const engines = own(new editor.Engines({ ...models, settings, server, egress, log }));
	const completer = own(
		new Completer({
			generator: () => engines.completion(),
			documenter: () => engines.documenter(),
			clock: editor.realClock,
			settings: () => completionSettings(settings),
			log,
		}),
	);

	const mayReadAhead = (): boolean => engines.courtesy.mayMeasure;
	own(editor.registerInlineCompletions({ completer, enablement, mayReadAhead }));
	own(editor.registerToggleCompletions(settings, enablement));
	own(editor.registerToggleLanguage(settings));
	own(editor.registerSnooze(enablement));
	own(editor.registerWhyNoSuggestion(completer));
	const memory = own(new editor.WorkspaceMemory(engines, settings, log));
	const packNotice = packNotices(context, engines, pack);
	connectStatus({ context, settings, enablement, servers, engines, memory, packNotice, log });
	const modelParts = { context, settings, store, servers, engines, packNotice, chooser, entry, modelsRoot };
	connectModels({ ...modelParts, completer, errors, log });
	const text = {
		panel: own(new editor.ResultPanel(context.extensionUri)),
		proposals: own(new editor.Proposals()),
		templates: () =>
			editor.readTemplateLibrary({ extensionUri: context.extensionUri, userFolder: () => settings.promptsFolder }),
		taskGenerator: (task: string, document: vscode.Uri) => engines.task(task, document),
		memory: context.globalState,
		log,
	};
	connectText(context, text, engines);
	connectChat({ context, settings, servers, engines, modelsRoot, packNotice, ...text });
	own(
		settings.onChange(event => {
			if (event.affectsConfiguration('inkling.model') || event.affectsConfiguration('inkling.server'))
				completer.reset();
		}),
	);
	own(editor.registerWarmUp(() => engines.warmUp()));
}

/** The commands on text. */
function connectText(
	{ subscriptions }: vscode.ExtensionContext,
	text: Parameters<typeof editor.registerSummarize>[0],
	engines: editor.Engines,
): void {
	subscriptions.push(
		editor.registerSummarize(text),
		editor.registerTranslate({ ...text, translationTargets: () => engines.translationTargets() }),
		editor.registerContinueWriting(text),
		editor.registerWriteDocComment(text),
		editor.registerTextCommands(text, () => engines.mayInstruct()),
		editor.registerDocCommentActions(() => engines.mayDocument()),
	);
}

/** By what folder windows find the engines that they share. */
function sharedEngines(
	{ globalStorageUri }: vscode.ExtensionContext,
	settings: editor.Settings,
): () => string | undefined {
	return () => (settings.shareEngine ? join(globalStorageUri.fsPath, 'engines') : undefined);
}

/** What a person is told about the model pack, found out when somebody looks. */
function packNotices(
	context: vscode.ExtensionContext,
	engines: editor.Engines,
	pack: editor.Pack,
): () => Promise<editor.PackNotice | undefined> {
	return async () => {
		await pack.looked();
		const [obstacle, isExpected] = [engines.roles.packObstacle, editor.packIsExpected(context)];
		const { slowLineMs } = engines;
		return editor.packNotice({ obstacle, isExpected, slowLineMs, freeBytes: await editor.freeDiskBytes(context) });
	};
}

interface StatusParts {
	readonly context: vscode.ExtensionContext;
	readonly settings: editor.Settings;
	readonly enablement: editor.Enablement;
	readonly servers: editor.Servers;
	readonly engines: editor.Engines;
	readonly memory: editor.WorkspaceMemory;
	readonly packNotice: () => Promise<editor.PackNotice | undefined>;
	readonly log: ReturnType<typeof editor.createLog>;
}

/** What tells how the engine is. */
function connectStatus({
	context,
	settings,
	enablement,
	servers,
	engines,
	memory,
	packNotice,
	log,
}: StatusParts): void {
	const facts = {
		engine: () => engines.state,
		memory: () => memory.totals,
		usesServer: () => servers.server.isUsed,
		restraint: () => engines.courtesy.restraint,
		pack: packNotice,
	};
	context.subscriptions.push(
		editor.registerStatusBar(engines, enablement),
		editor.registerCrashNotice(engines, settings),
		editor.registerShowStatusMenu(facts, settings, enablement),
		editor.registerShowLog(log),
		editor.registerRestartEngine(() => engines.restart(), log),
	);
}

interface ModelParts {
	readonly context: vscode.ExtensionContext;
	readonly settings: editor.Settings;
	readonly store: ReturnType<typeof editor.createModelStore>;
	readonly servers: editor.Servers;
	readonly engines: editor.Engines;
	readonly packNotice: () => Promise<editor.PackNotice | undefined>;
	readonly chooser: ReturnType<typeof editor.createDeviceChooser>;
	readonly entry: string;
	readonly modelsRoot: string;
	readonly completer: Completer;
	readonly errors: editor.RecentErrors;
	readonly log: Log;
}

/** What can be done with models beside using them. */
function connectModels(parts: ModelParts): void {
	const { context, settings, store, servers, engines, log } = parts;
	context.subscriptions.push(
		editor.registerServeModel({ models: engines, settings, log }),
		editor.registerChooseDevice(parts),
		editor.registerRunDoctor(parts, log),
		editor.registerModels({ context, settings, store, engines, network: servers.network, log }),
	);
}

interface ChatParts {
	readonly context: vscode.ExtensionContext;
	readonly settings: editor.Settings;
	readonly servers: editor.Servers;
	readonly engines: editor.Engines;
	readonly modelsRoot: string;
	readonly packNotice: () => Promise<editor.PackNotice | undefined>;
	readonly proposals: editor.Proposals;
	readonly templates: () => Promise<TemplateLibrary>;
	readonly log: Log;
}

/** Everything that chats shares what it knows about the workspace. */
function connectChat(parts: ChatParts): void {
	const { context, settings, servers, engines, templates, log } = parts;
	const { server, egress } = servers;
	const own = <T extends { dispose(): unknown }>(disposable: T): T => {
		context.subscriptions.push(disposable);
		return disposable;
	};
	const listing = own(new editor.WorkspaceListing());
	const index = own(new editor.WorkspaceIndex(listing, log));
	const assistants = own(
		new editor.Assistants({ userFolder: () => settings.assistantsFolder, memory: context.workspaceState, log }),
	);
	const leaves = (): boolean =>
		server.target('chat') !== undefined || (assistants.mayAskTasks && server.target('tasks') !== undefined);
	const mustStay = (uri: vscode.Uri): boolean => leaves() && egress.forbids(uri);
	const sources = editor.createContextSources({ listing, index, mustStay });
	own(editor.registerChooseAssistant(assistants));
	const questions = new editor.ChatQuestions({ sources, assistants, templates });
	own(editor.registerChat({ ...parts, sources, questions, assistants }));
	own(
		editor.registerVscodeChat({
			sources,
			assistants,
			questions,
			models: engines,
			settings,
			icon: vscode.Uri.joinPath(context.extensionUri, 'media', 'icon.png'),
			log,
		}),
	);
}

/** The manifest's settings over the values that have no setting. */
function completionSettings(settings: editor.Settings): CompletionSettings {
	const document = vscode.window.activeTextEditor?.document;
	return {
		...defaultCompletionSettings,
		multiline: document && !settings.blocks(document) ? 'never' : 'auto',
		timeLimitMs: settings.timeLimitMs,
		ngramCache: settings.learnFrom !== 'off',
		minimumProbability: settings.minimumConfidence,
	};
}
