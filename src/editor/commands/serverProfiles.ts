import * as vscode from 'vscode';
import {
	nameProblem,
	removeProfile,
	renameProfile,
	rolesOf,
	saveConnected,
	useProfile,
	type ProfileChange,
} from '../serverProfiles';
import { readProfiles, type RawServerSettings, type ServerProfile, type ServerRoles } from '../serverRoles';
import { serverRoleName } from '../serverRoleWords';

/** Where servers and roles are written. */
export interface ProfileSettings {
	readonly rawServer: RawServerSettings;
	setServerRoles(roles: ServerRoles): Promise<void>;
	setProfiles(change: ProfileChange): Promise<void>;
}

interface Item extends vscode.QuickPickItem {
	readonly profile?: ServerProfile;
	readonly act?: () => Promise<unknown>;
}

const rename: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit') };

/** "Server Profiles...": servers under names, what runs on which, and one pick to change that. */
export function registerServerProfiles(settings: ProfileSettings): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.server.profiles', () => manage(settings));
}

async function manage(settings: ProfileSettings): Promise<void> {
	for (;;) {
		const raw = settings.rawServer;
		const chosen = await pick(items(raw, settings));
		if (!chosen) return;
		const { item, button } = chosen;
		if (item.profile && button === rename) await askAndRename(item.profile, settings);
		else if (item.profile && button) await settings.setProfiles(removeProfile(item.profile.name, raw));
		else {
			await (item.profile ? chooseRoles(item.profile, settings) : item.act?.());
			return;
		}
	}
}

function items(raw: RawServerSettings, settings: ProfileSettings): readonly Item[] {
	const { t } = vscode.l10n;
	const remove: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: t('Remove') };
	const profiles = readProfiles(raw.profiles).map((profile): Item => {
		const roles = rolesOf(profile.name, raw);
		const host = URL.canParse(profile.url) ? new URL(profile.url).host : profile.url;
		return {
			label: `$(server) ${profile.name}`,
			description: `${profile.model} · ${host}`,
			detail: roles.length === 0 ? t('Nothing goes there now.') : roles.map(serverRoleName).join(', '),
			buttons: [{ ...rename, tooltip: t('Rename') }, remove],
			profile,
		};
	});
	const save: Item = {
		label: `$(save) ${t('Save the Connected Server as a Profile...')}`,
		description: raw.model,
		act: () => askAndSave(settings),
	};
	const run = (command: string) => async () => vscode.commands.executeCommand(command);
	return [
		...profiles,
		{ label: '', kind: vscode.QuickPickItemKind.Separator },
		...(raw.url === '' ? [] : [save]),
		{ label: `$(plug) ${t('Connect to Server...')}`, act: run('inkling.server.connect') },
		{ label: `$(home) ${t('Back to This Machine')}`, act: run('inkling.server.backToLocal') },
	];
}

interface Chosen {
	readonly item: Item;
	readonly button?: vscode.QuickInputButton;
}

async function pick(rows: readonly Item[]): Promise<Chosen | undefined> {
	const box = vscode.window.createQuickPick<Item>();
	box.title = vscode.l10n.t('Server Profiles');
	box.placeholder = vscode.l10n.t('Choose a server to say what goes there.');
	box.items = rows;
	box.matchOnDescription = true;
	const chosen = new Promise<Chosen | undefined>(resolve => {
		box.onDidAccept(() => resolve(box.selectedItems[0] && { item: box.selectedItems[0] }));
		box.onDidTriggerItemButton(({ item, button }) => {
			const isRename = button.tooltip === vscode.l10n.t('Rename');
			resolve({ item, button: isRename ? rename : button });
		});
		box.onDidHide(() => resolve(undefined));
	});
	box.show();
	return chosen.finally(() => box.dispose());
}

/** What should go to a profile; completions are only ticked where they went there before: they send text as it is typed. */
async function chooseRoles({ name }: ServerProfile, settings: ProfileSettings): Promise<void> {
	const { t } = vscode.l10n;
	const now = rolesOf(name, settings.rawServer);
	const rows = (['tasks', 'chat', 'completion'] as const).map(role => ({
		label: serverRoleName(role),
		...(role === 'completion' && { description: t('sends the text around the cursor as you type') }),
		picked: now.length === 0 ? role !== 'completion' : now.includes(role),
		role,
	}));
	const chosen = await vscode.window.showQuickPick(rows, {
		title: name,
		placeHolder: t('What should go there? The rest stays where it is.'),
		canPickMany: true,
		ignoreFocusOut: true,
	});
	if (!chosen) return;
	const roles = chosen.map(({ role }) => role);
	await settings.setServerRoles(useProfile(name, roles, settings.rawServer));
}

async function askAndRename({ name }: ServerProfile, settings: ProfileSettings): Promise<void> {
	const typed = await askName(settings, name);
	if (typed !== undefined) await settings.setProfiles(renameProfile(name, typed, settings.rawServer));
}

async function askAndSave(settings: ProfileSettings): Promise<void> {
	const typed = await askName(settings);
	if (typed !== undefined) await settings.setProfiles(saveConnected(typed, settings.rawServer));
}

async function askName(settings: ProfileSettings, before?: string): Promise<string | undefined> {
	const { t } = vscode.l10n;
	return vscode.window.showInputBox({
		title: t('Name of the profile'),
		value: before ?? settings.rawServer.model,
		ignoreFocusOut: true,
		validateInput: text => {
			const problem = nameProblem(text, readProfiles(settings.rawServer.profiles), before);
			if (problem === 'empty') return t('A profile needs a name.');
			return problem === 'taken' ? t('This name is taken.') : undefined;
		},
	});
}
