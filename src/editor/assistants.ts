import * as vscode from 'vscode';
import { type Log } from '../base';
import { buildAssistantLibrary, type Assistant, type AssistantLibrary } from '../prompts';
import { readTemplateFolder } from './promptFolders';
import { describeTemplateError } from './taskNotes';

interface Parts {
	/** Absolute path of the user's own folder, '' when there is none; read at each use. */
	readonly userFolder: () => string;
	readonly memory: vscode.Memento;
	readonly log: Log;
}

const chosenKey = 'inkling.assistant';

/** The assistants that can answer in the chat, and the one that does in this workspace. */
export class Assistants implements vscode.Disposable {
	private readonly changed = new vscode.EventEmitter<void>();
	/** Another one answers now. */
	readonly onChange = this.changed.event;
	private hasAskedTasks = false;

	constructor(private readonly parts: Parts) {}

	/** Whether an answer may come from the model of the commands on text. Once so, it stays so: a rule about what may leave this machine
	 * must not depend on who was chosen a moment ago. */
	get mayAskTasks(): boolean {
		return this.hasAskedTasks;
	}

	/** The user's assistants and, in a trusted workspace only, those in `.inkling/assistants` of every open folder. Read anew, so an
	 * edited file counts at once. */
	async library(): Promise<AssistantLibrary> {
		const user = this.parts.userFolder();
		const workspaceTrusted = vscode.workspace.isTrusted;
		const open = workspaceTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
		const workspace = await Promise.all(
			open.map(folder => readTemplateFolder(vscode.Uri.joinPath(folder.uri, '.inkling', 'assistants'))),
		);
		return buildAssistantLibrary({
			user: user === '' ? [] : await readTemplateFolder(vscode.Uri.file(user)),
			workspace: workspace.flat(),
			workspaceTrusted,
		});
	}

	/** The one that answers, while its file is there and valid; undefined for the chat as it ships. */
	async current(): Promise<Assistant | undefined> {
		const name = this.parts.memory.get<string>(chosenKey, '');
		if (name === '') return undefined;
		const { assistants, problems } = await this.library();
		for (const problem of problems) this.parts.log.warn(problem.message);
		const assistant = assistants.get(name);
		this.hasAskedTasks ||= assistant?.model === 'tasks';
		return assistant;
	}

	/** Lets the person choose, and says what is wrong with files that cannot be used. */
	async choose(): Promise<void> {
		const { assistants, problems } = await this.library();
		for (const problem of problems) void vscode.window.showWarningMessage(describeTemplateError(problem));
		const chosen = await vscode.window.showQuickPick(this.picks([...assistants.values()]), {
			title: vscode.l10n.t('Who answers in the chat of this workspace?'),
			matchOnDescription: true,
			matchOnDetail: true,
		});
		if (!chosen) return;
		await this.parts.memory.update(chosenKey, chosen.name);
		this.changed.fire();
	}

	dispose(): void {
		this.changed.dispose();
	}

	private picks(assistants: readonly Assistant[]): readonly (vscode.QuickPickItem & { readonly name: string })[] {
		const { t } = vscode.l10n;
		const chosen = this.parts.memory.get<string>(chosenKey, '');
		const mark = (name: string, title: string): string => (name === chosen ? `$(check) ${title}` : title);
		const help =
			assistants.length === 0
				? t(
						'Assistants are Markdown files in .inkling/assistants or in the folder of the setting inkling.prompts.assistantsFolder.',
					)
				: '';
		return [
			{ label: mark('', t('Chat without an assistant')), detail: help, name: '' },
			...assistants.map(({ name, title, description, context, file }) => ({
				label: mark(name, title),
				description: context.join(', '),
				detail: description === '' ? file : description,
				name,
			})),
		];
	}
}

/** "Choose Chat Assistant...". */
export function registerChooseAssistant(assistants: Assistants): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.chat.chooseAssistant', () => assistants.choose());
}
