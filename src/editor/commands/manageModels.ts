import * as vscode from 'vscode';
import { exportBundle, fingerprintOf, type StoredModel } from '../../models';
import { sizeWords } from '../byteWords';
import { showDownloadError } from '../downloadErrors';
import { type ModelLibrary } from '../modelLibrary';
import { withProgress } from '../withProgress';
import { showError } from '../userErrors';
import { offerUse } from './useModel';

/** "Manage Models...": the downloaded models with their sizes; use, verify, delete. */
export function registerManageModels(library: ModelLibrary): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.model.manage', async () => {
		try {
			await manage(library);
		} catch (error) {
			await showError(error, library.log);
		}
	});
}

async function manage(library: ModelLibrary): Promise<void> {
	const { t } = vscode.l10n;
	const models = await library.store.list();
	const total = models.reduce((sum, { bytes }) => sum + bytes, 0);
	const install = { label: `$(cloud-download) ${t('Install Model...')}`, model: undefined };
	const items = models.map(model => ({
		label: nameOf(model),
		description: sizeWords(model.bytes),
		detail: [model.manifest.repository, model.manifest.licence ?? ''].filter(text => text !== '').join(' · '),
		model,
	}));
	const unfinished = await library.store.unfinishedBytes();
	const leftovers = {
		label: `$(trash) ${t('Delete Unfinished Downloads')}`,
		description: sizeWords(unfinished),
		model: 'unfinished' as const,
	};
	const chosen = await vscode.window.showQuickPick([...items, install, ...(unfinished > 0 ? [leftovers] : [])], {
		title: t('Installed models'),
		placeHolder: t('{count} installed, {size} on disk', { count: models.length, size: sizeWords(total) }),
	});
	if (!chosen) return;
	if (chosen.model === 'unfinished') await library.store.discardUnfinished();
	else if (chosen.model) await actOn(chosen.model, library);
	else await vscode.commands.executeCommand('inkling.model.install');
}

/** 'Qwen2.5-Coder-0.5B-Instruct (q4)' */
export const nameOf = ({ manifest: { repository, variant } }: StoredModel): string =>
	`${repository.split('/').at(-1)!} (${variant})`;

async function actOn(model: StoredModel, library: ModelLibrary): Promise<void> {
	const { t } = vscode.l10n;
	const name = nameOf(model);
	const actions = [
		{ label: `$(check) ${t('Use...')}`, run: () => offerUse(model, model.manifest.roles, library.settings, name) },
		{ label: `$(shield) ${t('Verify')}`, run: () => verifyModel(model, library) },
		{ label: `$(package) ${t('Export as Bundle...')}`, run: () => exportModel(model, library) },
		{ label: `$(trash) ${t('Delete')}`, run: () => deleteModel(model, library) },
	];
	const chosen = await vscode.window.showQuickPick(actions, { title: name });
	await chosen?.run();
}

/** Compares every byte of a model with what was installed and says what it found. */
export async function verifyModel(model: StoredModel, { store }: ModelLibrary): Promise<void> {
	const { t } = vscode.l10n;
	const name = nameOf(model);
	const damaged = await vscode.window.withProgress(
		{ location: vscode.ProgressLocation.Notification, title: t('Comparing every byte of {name}...', { name }) },
		() => store.verify(model),
	);
	if (damaged.length === 0)
		await vscode.window.showInformationMessage(t('{name} is undamaged: every file has its sha256.', { name }));
	else
		await vscode.window.showErrorMessage(
			t('{name} is damaged: {files}. Delete it and download it again.', { name, files: damaged.join(', ') }),
		);
}

/** One file for a machine without a network, signed with this installation's own key. */
async function exportModel(model: StoredModel, { signingKey, log }: ModelLibrary): Promise<void> {
	const { t } = vscode.l10n;
	const name = nameOf(model);
	const target = await vscode.window.showSaveDialog({
		title: t('Export {name}', { name }),
		defaultUri: vscode.Uri.file(`${model.manifest.repository.split('/').at(-1)!}-${model.manifest.variant}.tar`),
		filters: { [t('Bundles of models')]: ['tar'] },
	});
	if (!target) return;
	try {
		const key = await signingKey();
		const done = await withProgress(t('Exporting {name}...', { name }), async signal => {
			await exportBundle(model, key, target.fsPath, signal);
			return model;
		});
		const signer = fingerprintOf(key);
		if (done)
			await vscode.window.showInformationMessage(
				t('{name} is exported, signed by your key {signer}.', { name, signer }),
			);
	} catch (error) {
		await showDownloadError(error, log);
	}
}

/** Deletes a model after asking; every role that used it goes back to its default. */
export async function deleteModel(model: StoredModel, { store, settings }: ModelLibrary): Promise<void> {
	const { t } = vscode.l10n;
	const yes = t('Delete');
	const name = nameOf(model);
	const question = t('Delete {name} from this machine?', { name });
	const chosen = await vscode.window.showWarningMessage(question, { modal: true }, yes);
	if (chosen !== yes) return;
	await settings.stopUsingModel(model.folder);
	const freed = await store.remove(model);
	await vscode.window.showInformationMessage(
		t('{name} is deleted, {size} are free again.', { name, size: sizeWords(freed) }),
	);
}
