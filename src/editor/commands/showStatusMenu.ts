import * as vscode from 'vscode';
import { type Enablement } from '../enablement';
import { type MemoryTotals } from '../../protocol';
import { type Restraint } from '../courtesy';
import { type PackNotice } from '../pack';
import { type Settings } from '../settings';
import { describeStatus, type Status } from '../statusBar';

interface MenuItem extends vscode.QuickPickItem {
	readonly command?: string;
	readonly argument?: string | undefined;
}

/** The status bar item's menu: the state in words, then what can be done about it. */
export function registerShowStatusMenu(
	facts: {
		readonly engine: () => Status['engine'];
		readonly memory: () => MemoryTotals | undefined;
		readonly usesServer: () => boolean;
		readonly restraint: () => Restraint;
		readonly pack: () => Promise<PackNotice | undefined>;
	},
	settings: Settings,
	enablement: Enablement,
): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.status.showMenu', async () => {
		const languageId = vscode.window.activeTextEditor?.document.languageId;
		const status = { engine: facts.engine(), paused: enablement.pausedReason(languageId) };
		const chosen = await vscode.window.showQuickPick(
			menu(status, {
				languageId,
				settings,
				enablement,
				memory: facts.memory(),
				usesServer: facts.usesServer(),
				restraint: facts.restraint(),
				pack: await facts.pack(),
			}),
			{
				title: 'Inkling',
				placeHolder: describeStatus(status).text,
			},
		);
		if (!chosen?.command) return;
		const given = chosen.argument === undefined ? [] : [chosen.argument];
		await vscode.commands.executeCommand(chosen.command, ...given);
	});
}

interface MenuContext {
	readonly languageId: string | undefined;
	readonly settings: Settings;
	readonly enablement: Enablement;
	readonly memory: MemoryTotals | undefined;
	readonly usesServer: boolean;
	readonly restraint: Restraint;
	readonly pack: PackNotice | undefined;
}

function menu(
	status: Status,
	{ languageId, settings, enablement, memory, usesServer, restraint, pack }: MenuContext,
): MenuItem[] {
	const { t } = vscode.l10n;
	const { icon, text } = describeStatus(status);
	const on = settings.languages()['*'] !== false && enablement.snoozedUntil === undefined;
	const items: MenuItem[] = [
		{ label: `$(${icon}) ${text}`, command: 'inkling.log.show' },
		{ label: '', kind: vscode.QuickPickItemKind.Separator },
		{
			label: on ? `$(circle-slash) ${t('Turn Completions Off')}` : `$(play) ${t('Turn Completions On')}`,
			command: 'inkling.completion.toggle',
		},
		{ label: `$(bell-slash) ${t('Snooze...')}`, command: 'inkling.completion.snooze' },
	];
	if (languageId !== undefined) items.splice(3, 0, languageItem(languageId, settings.enabledFor(languageId)));
	if (memory && memory.documents > 0)
		items.splice(1, 0, { label: `$(book) ${t('Learned from {documents} files, {tokens} tokens', { ...memory })}` });
	if (pack) items.splice(1, 0, packItem(pack));
	const held = restraintWords(restraint);
	if (held !== undefined) items.splice(1, 0, { label: `$(plug) ${held}` });
	if (usesServer) items.push({ label: `$(home) ${t('Back to This Machine')}`, command: 'inkling.server.backToLocal' });
	if (usesServer || settings.serverProfiles.length > 0)
		items.push({ label: `$(server) ${t('Server Profiles...')}`, command: 'inkling.server.profiles' });
	items.push(
		{ label: `$(question) ${t('Why No Suggestion?')}`, command: 'inkling.completion.explain' },
		{ label: `$(server-process) ${t('Choose Model...')}`, command: 'inkling.model.choose' },
		{ label: `$(cloud-download) ${t('Install Model...')}`, command: 'inkling.model.install' },
		{ label: `$(chip) ${t('Choose Device...')}`, command: 'inkling.model.chooseDevice' },
		{ label: `$(debug-restart) ${t('Restart Engine')}`, command: 'inkling.engine.restart' },
		{ label: `$(pulse) ${t('Doctor')}`, command: 'inkling.doctor.run' },
		{ label: `$(output) ${t('Show Log')}`, command: 'inkling.log.show' },
	);
	return items;
}

/** Why the model pack is not used, and with a click what helps. */
const packItem = ({ title, text, action }: PackNotice): MenuItem => ({
	label: `$(package) ${title}`,
	detail: text,
	...(action && { command: action.command, argument: action.argument }),
});

function languageItem(language: string, enabled: boolean): MenuItem {
	return {
		label: enabled
			? `$(circle-slash) ${vscode.l10n.t('Turn Completions Off for {language}', { language })}`
			: `$(play) ${vscode.l10n.t('Turn Completions On for {language}', { language })}`,
		command: 'inkling.completion.toggleLanguage',
	};
}

/** What is held back, and why; undefined where nothing is. */
function restraintWords({ onBattery, memoryShort }: Restraint): string | undefined {
	const { t } = vscode.l10n;
	if (memoryShort) return t('Memory is short: models that rest are unloaded until they are needed.');
	if (onBattery) return t('On battery: models are unloaded after two minutes of rest, and no device is measured.');
	return undefined;
}
