import * as vscode from 'vscode';
import { type ModelRole } from '../../generation';
import { type StoredModel } from '../../models';
import { type Settings } from '../settings';

/** Asks what an installed model shall be used for and sets it. */
export async function offerUse(
	model: Pick<StoredModel, 'folder'>,
	roles: readonly ModelRole[],
	settings: Settings,
	name: string,
): Promise<void> {
	const { t } = vscode.l10n;
	const labels: Readonly<Record<ModelRole, string>> = {
		fill: t('Use for Completion'),
		chat: t('Use for Chat'),
		task: t('Use for Tasks'),
	};
	const offered = (['fill', 'chat', 'task'] as const).filter(role => roles.includes(role) && settings.hasRole(role));
	const chosen = await vscode.window.showInformationMessage(
		t('{name} is installed. What shall it be used for?', { name }),
		...offered.map(role => labels[role]),
	);
	const role = offered.find(candidate => labels[candidate] === chosen);
	if (role) await settings.useModel(role, model.folder);
}
