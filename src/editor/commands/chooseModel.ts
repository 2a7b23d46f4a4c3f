import * as vscode from 'vscode';
import { type Log } from '../../base';
import { showError } from '../userErrors';

/** One model to choose. */
export interface ModelChoice {
	/** Value of the setting: a built-in model's name or an absolute folder. */
	readonly value: string;
	readonly name: string;
	readonly description: string;
	/** What it is good for, one or two sentences. */
	readonly detail?: string;
}

/** What the choice is made from and where it goes. */
export interface ModelChoices {
	builtIn(): Promise<readonly ModelChoice[]>;
	/** Checks a folder before it is chosen. @throws GenerationError */
	inspect(folder: string): Promise<ModelChoice>;
	current(role: ChosenRole): string;
	set(role: ChosenRole, value: string): Promise<void>;
	readonly log: Log;
}

/** What a model can be chosen for. */
const chosenRoles = ['completion', 'tasks', 'chat'] as const;
export type ChosenRole = (typeof chosenRoles)[number];

/** "Choose Model...": first what it is for, unless the caller says it, then a built-in model or a folder, which is inspected before it is accepted. */
export function registerChooseModel(parts: ModelChoices): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.model.choose', async (wanted?: unknown) => {
		try {
			const role = chosenRoles.find(known => known === wanted) ?? (await pickRole(parts));
			if (role) await pickModel(parts, role);
		} catch (error) {
			await showError(error, parts.log);
		}
	});
}

async function pickRole(parts: ModelChoices): Promise<ChosenRole | undefined> {
	const automatic = vscode.l10n.t('Automatic');
	const items = [
		{
			label: vscode.l10n.t('Completions while typing'),
			description: parts.current('completion') || automatic,
			role: 'completion' as const,
		},
		{
			label: vscode.l10n.t('Summarize, Translate and Write Doc Comment'),
			description: parts.current('tasks') || automatic,
			role: 'tasks' as const,
		},
		{
			label: vscode.l10n.t('Chat'),
			description: parts.current('chat') || automatic,
			role: 'chat' as const,
		},
	];
	const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose a model for what?') });
	return chosen?.role;
}

async function pickModel(parts: ModelChoices, role: ChosenRole): Promise<void> {
	const current = parts.current(role);
	const builtIn = (await parts.builtIn()).map(({ value, name, description, detail }) => ({
		label: `${value === current ? '$(check) ' : ''}${name}`,
		description,
		...(detail !== undefined && { detail }),
		value,
	}));
	const folder = {
		label: `$(folder-opened) ${vscode.l10n.t('Model Folder...')}`,
		description: 'config.json, tokenizer.json, onnx/',
		value: undefined,
	};
	const install = {
		label: `$(cloud-download) ${vscode.l10n.t('Install Model...')}`,
		description: vscode.l10n.t('from the catalogue or any repository'),
		value: undefined,
		install: true,
	};
	const automatic = { label: vscode.l10n.t('Automatic'), description: '', value: '' };
	const chosen = await vscode.window.showQuickPick([automatic, ...builtIn, install, folder], {
		placeHolder: vscode.l10n.t('Which model?'),
	});
	if (!chosen) return;
	if ('install' in chosen) {
		await vscode.commands.executeCommand('inkling.model.install');
		return;
	}
	const value = chosen.value ?? (await pickFolder(parts));
	if (value !== undefined) await parts.set(role, value);
}

async function pickFolder(parts: ModelChoices): Promise<string | undefined> {
	const [folder] =
		(await vscode.window.showOpenDialog({
			canSelectFiles: false,
			canSelectFolders: true,
			title: vscode.l10n.t('A folder with an ONNX model in the Hugging Face layout'),
		})) ?? [];
	return folder && (await parts.inspect(folder.fsPath)).value;
}
